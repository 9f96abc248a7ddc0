// Taking attendance by keyboard: type a part of a name, Enter ticks the first line that fits.
const plain = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();

export function attendance() {
  const form = document.querySelector("[data-attendance]");
  const box = form.querySelector("[data-attendance-find]");
  const find = box.querySelector("input");
  const count = form.querySelector("[data-attendance-count]");
  const rows = [...form.querySelectorAll("[data-attendance-row]")].map((row) => ({
    row,
    words: plain(row.querySelector("th").textContent),
    came: row.querySelector('[name="attended"]'),
    excused: row.querySelector('[name="excused"]'),
  }));
  const recount = () => {
    count.textContent = rows.filter(({ came }) => came.checked).length;
  };
  const narrow = () => {
    const wanted = plain(find.value).split(/\s+/).filter(Boolean);
    for (const each of rows) each.row.hidden = !wanted.every((word) => each.words.includes(word));
  };
  box.hidden = false;
  find.addEventListener("input", narrow);
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = rows.find(({ row }) => !row.hidden);
    if (!find.value || !first) return;
    first.came.click();
    find.value = "";
    narrow();
  });
  form.addEventListener("change", ({ target }) => {
    const line = rows.find(({ came, excused }) => target === came || target === excused);
    // Who is there is not excused, and the other way round.
    if (line && target.checked) (target === line.came ? line.excused : line.came).checked = false;
    recount();
  });
}
