"""What is wrong with where things stand on a page: text off the screen, cut short, or under something else."""

# Looked at line by line as it is drawn, so that neither the engine's age nor the page's markup matters. A line's box
# is higher than its letters: only the middle three fifths of it must be free.
SCRIPT = """(() => {
  const lines = [];
  // Words for who cannot see the page are kept in a box of one pixel.
  const spoken = (one) => one && (one.offsetWidth <= 1 && one.offsetHeight <= 1 || spoken(one.parentElement));
  // Only what has a ground of its own hides what is behind it, and only where that ground is: the lines of a large
  // number reach beyond its box, and take a touch there.
  const painted = (one) => /^(img|canvas|video)$/i.test(one.tagName) ||
    !/^(transparent|rgba\\(.*, 0\\))$/.test(getComputedStyle(one).backgroundColor);
  const within = (box, x, y) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  const hides = (one, holder, x, y) => one && !one.contains(holder) &&
    (painted(one) && within(one.getBoundingClientRect(), x, y) || hides(one.parentElement, holder, x, y));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, holder = node.parentElement, style = getComputedStyle(holder);
    if (!node.textContent.trim() || holder.closest("script, style, svg, noscript") || style.visibility === "hidden")
      continue;
    if (spoken(holder)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.width > 1 && box.height > 1)
        lines.push({ holder, text: node.textContent.trim().slice(0, 30), left: box.left, right: box.right,
          top: box.top + box.height / 5, bottom: box.bottom - box.height / 5 });
  }
  // What a list has no room for is cut away whole, or it is a fault.
  const shown = ({ holder, left, right, top, bottom }) => {
    for (let one = holder; one && one !== document.body; one = one.parentElement) {
      if (getComputedStyle(one).overflowY === "visible") continue;
      const room = one.getBoundingClientRect();
      if (Math.min(bottom, room.bottom) - Math.max(top, room.top) < 2) return false;
      if (Math.min(right, room.right) - Math.max(left, room.left) < 2) return false;
    }
    return true;
  };
  const modal = [...document.querySelectorAll("[aria-modal=true]")].find((one) => one.getClientRects().length > 0);
  const seen = lines.filter((line) => (!modal || modal.contains(line.holder)) && shown(line));
  const faults = [];
  const room = document.documentElement;
  if (room.scrollWidth > innerWidth + 1) faults.push(`the page is ${room.scrollWidth} px wide`);
  if (!SCROLLS && room.scrollHeight > innerHeight + 1) faults.push(`the page is ${room.scrollHeight} px high`);
  for (const line of seen) {
    const { holder, text, left, right, top, bottom } = line;
    if (left < -1 || right > innerWidth + 1 || top < -1 || (!SCROLLS && bottom > innerHeight + 1)) {
      faults.push(`off the screen: ${text}`);
      continue;
    }
    if (bottom > innerHeight) continue;
    const cut = holder.scrollWidth > holder.clientWidth + 1 && getComputedStyle(holder).overflowX !== "visible";
    if (cut && holder.clientWidth > 0) faults.push(`cut short: ${text}`);
    const x = (left + right) / 2, y = (top + bottom) / 2;
    const top_most = document.elementFromPoint(x, y);
    if (!holder.contains(top_most) && hides(top_most, holder, x, y))
      faults.push(`covered: ${text} (by .${top_most.className})`);
  }
  seen.forEach((one, at) => seen.slice(at + 1).forEach((other) => {
    const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    if (wide > 2 && high > 2) faults.push(`on top of each other: ${one.text}, ${other.text}`);
  }));
  if (seen.length === 0) faults.push("nothing can be read");
  return faults;
})()"""


def script(*, scrolls: bool) -> str:
    """An expression that gives the faults, a sentence each. A page that scrolls may be higher than its screen."""
    return SCRIPT.replace("SCROLLS", "true" if scrolls else "false")
