// `[data-reorder]`: questions of the outline can be dragged as well. The buttons beside them do the same.
export function reorder(outline) {
  const token = outline.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token || matchMedia("(pointer: coarse)").matches) return;
  let dragged;
  for (const row of outline.querySelectorAll("[data-question]")) {
    const grip = row.querySelector(".outline__number");
    grip.draggable = true;
    grip.classList.add("outline__number--grip");
    grip.addEventListener("dragstart", (event) => {
      dragged = row;
      row.classList.add("is-dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(row, 0, 0);
    });
    grip.addEventListener("dragend", () => {
      row.classList.remove("is-dragged");
      dragged = undefined;
    });
  }
  for (const list of outline.querySelectorAll("[data-questions]")) {
    list.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const after = [...list.children].find((row) => row !== dragged && event.clientY < middleOf(row));
      list.insertBefore(dragged, after ?? null);
    });
    list.addEventListener("drop", (event) => {
      event.preventDefault();
      if (dragged) send(dragged, list, token);
    });
  }
}

function middleOf(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}

// The server decides: what it refuses (a condition would look ahead) it explains on a page.
function send(row, list, token) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = row.dataset.move;
  const values = {
    csrfmiddlewaretoken: token,
    section: list.closest("[data-section]").dataset.section,
    place: [...list.children].indexOf(row) + 1,
  };
  for (const [name, value] of Object.entries(values)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
