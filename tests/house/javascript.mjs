// Parses every script of the screens: those for old televisions and kiosks as ES2018, and no function over 40 lines.
//
//   node tests/house/javascript.mjs --old FOLDER... --new FOLDER...

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { parse } = createRequire(new URL("../../server/screens/package.json", import.meta.url))("acorn");

const LONGEST_FUNCTION = 40;
const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const NOT_OURS = new Set(["node_modules", "vendor"]);
const VERSIONS = { "--old": 2018, "--new": "latest" };

// No syntax, so the parser lets it pass, and in the types that tsc reads for every browser: Chrome 69 lacks these, and
// the last one is missing on any plain-http network.
const MISSING_IN_OLD = new Set([
  "attachInternals", "checkVisibility", "getAnimations", "globalThis", "queueMicrotask", "replaceChildren",
  "structuredClone", "randomUUID",
]);

/** Every script below the folder; a folder that is not there is a mistake in the command. */
function scripts(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : scripts(path);
    return /\.m?js$/.test(entry.name) ? [path] : [];
  });
}

/** Calls `visit` for the node and for all below it. */
function walk(node, visit) {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child.type === "string") walk(child, visit);
    }
  }
}

/** What is wrong in one script, as "path:line message". */
function faults(path, group) {
  let tree;
  try {
    tree = parse(readFileSync(path, "utf8"), { ecmaVersion: VERSIONS[group], sourceType: "module", locations: true });
  } catch (error) {
    return [`${path}:${error.loc ? error.loc.line : 1} ${error.message} (parsed as ES${VERSIONS[group]})`];
  }
  const found = [];
  walk(tree, (node) => {
    const lines = node.loc.end.line - node.loc.start.line + 1;
    const where = `${path}:${node.loc.start.line}`;
    if (FUNCTIONS.has(node.type) && lines >= LONGEST_FUNCTION) found.push(`${where} a function of ${lines} lines`);
    if (group === "--old" && node.type === "Identifier" && MISSING_IN_OLD.has(node.name)) {
      found.push(`${where} ${node.name} is not there for every kiosk and television`);
    }
  });
  return found;
}

let group = "--new";
let seen = 0;
const found = [];
for (const argument of process.argv.slice(2)) {
  if (argument in VERSIONS) {
    group = argument;
    continue;
  }
  for (const path of scripts(argument)) {
    seen += 1;
    found.push(...faults(path, group));
  }
}
found.forEach((fault) => console.error(fault));
console.log(`${seen} scripts parsed, ${found.length} faults`);
process.exitCode = found.length ? 1 : 0;
