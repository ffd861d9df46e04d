/** More people than usual, or fewer: a note for each class in which the day has left its usual course. */

import { t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el } from "../shared/dom.js";
import { classWords } from "./advice_words.js";
import { short } from "./numbers.js";

/**
 * @param {import("./figures.js").Figures | null} figures
 * @param {string} timeZone
 */
export function rushNotes(figures, timeZone) {
  return Object.entries(figures?.outlook ?? {}).flatMap(([key, ahead]) => {
    if (!ahead?.rush) return [];
    const { kind, since, factor } = ahead.rush;
    const params = { kind: classWords(key), time: clockTime(Date.parse(since), timeZone), factor: short(factor) };
    return [el("p", { class: "rush", "data-class": key, "data-rush": kind }, t(`manager.${kind}`, params))];
  });
}
