/** Connecting a device: the code that it shows is typed here, and it gets a name. */

import { question } from "../shared/api.js";
import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { asked, field, textInput } from "./parts.js";

/**
 * @param {string} path  of the branch
 * @returns {Promise<string | null>} the name of what is connected
 */
export function connectDevice(path) {
  const code = textInput("code", {
    class: "input code-input",
    required: true,
    minlength: 4,
    maxlength: 20,
    autocapitalize: "characters",
    placeholder: "K7M-4QPX",
  });
  code.oninput = () => {
    const at = code.selectionStart;
    code.value = code.value.toUpperCase();
    code.setSelectionRange(at, at);
  };
  const name = textInput("name", { required: true, maxlength: 80 });
  return asked({
    title: t("office.devices.connect"),
    body: [
      el("div", { class: "where" }, picture(), steps()),
      field(t("office.devices.code"), code),
      field(t("office.devices.name"), name, t("office.devices.name_note")),
    ],
    yes: t("office.devices.connect_yes"),
    send: async (data) => {
      const said = { code: String(data.get("code")).trim(), name: String(data.get("name")).trim() };
      await question(`${path}/pairings/approve`, said);
      return said.name;
    },
  });
}

/** Where the code is to be found: large, in the middle of the new device's screen. */
function picture() {
  const lines = [el("i", { class: "where__line" }), el("b", { class: "where__code" }, "K7M-4QPX"), el("i", { class: "where__line" })];
  return el("div", { class: "where__picture", "aria-hidden": "true" }, el("div", { class: "where__screen" }, lines), el("i", { class: "where__foot" }));
}

function steps() {
  const pages = ["kiosk", "display"].map((screen) => el("code", null, `${location.origin}/${screen}`));
  return el(
    "ol",
    { class: "where__steps" },
    el("li", null, t("office.devices.step_open"), pages),
    el("li", null, t("office.devices.step_read")),
    el("li", null, t("office.devices.step_type")),
  );
}
