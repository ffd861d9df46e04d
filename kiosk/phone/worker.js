/** Shows a message that came while the page was closed, and brings the page back when it is touched. */

const worker = /** @type {any} */ (self);

worker.addEventListener("push", (/** @type {any} */ event) => {
  const told = event.data ? event.data.json() : {};
  const options = {
    body: told.body || "",
    lang: told.lang,
    tag: "callboard", // the newest takes the place of the one before
    renotify: true,
    requireInteraction: true,
    vibrate: [500, 200, 500, 200, 900],
    icon: "/phone/page/mark-called.svg",
  };
  event.waitUntil(worker.registration.showNotification(told.title || "Callboard", options));
});

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(openPage());
});

/** The page that is open somewhere; a new one finds no ticket, for only the link knows it. */
async function openPage() {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const own = pages.find((/** @type {any} */ page) => new URL(page.url).pathname.startsWith("/phone"));
  return own ? own.focus() : worker.clients.openWindow("/phone/");
}
