// Keeps the form on the device: the worker answers with it when there is no connection.
export async function keepForOffline(form) {
  const address = document.querySelector("[data-worker]")?.dataset.worker;
  if (!address || !navigator.serviceWorker) return;
  await navigator.serviceWorker.register(address, { scope: "/" });
  if (!form) return;
  const { active } = await navigator.serviceWorker.ready;
  const others = [...form.querySelectorAll("button[name=language]")].map((button) => button.formAction.split("#")[0]);
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data }) => {
    const word = form.querySelector("[data-offline-ready]");
    if (word) word.hidden = !data.isKept;
  };
  const { survey, version } = form.dataset;
  active.postMessage({ type: "keep", survey, version, addresses: [location.origin + location.pathname, ...others] }, [channel.port2]);
}
