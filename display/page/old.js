// For engines that know no ES modules, in the words of 1999: it holds the plain page in a frame. A page that reloads
// itself while the server is away would end as the browser's own error, and nobody would ever press reload.
var PLAIN = "/display/plain" + location.search;
var ASK_EVERY_MS = 2000;
var PATIENCE_MS = 2500;
var WHOLE = { position: "absolute", top: "0", left: "0", width: "100%", height: "100%", border: "0" };
var ACROSS = {
  position: "absolute", top: "0", left: "0", width: "100%", padding: "12px 2%", display: "none",
  background: "#ffb861", color: "#0a1417", fontSize: "36px", fontWeight: "bold"
};

/**
 * @param {string} tag
 * @param {Record<string, string>} styles
 * @returns {any}
 */
function placed(tag, styles) {
  /** @type {any} */
  var element = document.createElement(tag);
  for (var name in styles) element.style[name] = styles[name];
  document.body.appendChild(element);
  return element;
}

/** That the screen is not up to date, in every language. */
function staleWords() {
  /** @type {any} */
  var element = document.getElementById("boot");
  var boot = JSON.parse(element.firstChild.nodeValue);
  var said = [];
  for (var i = 0; i < boot.languages.length; i++) said.push(boot.words[boot.languages[i]]["shared.stale"]);
  return said.join("  ");
}

function heardTheServer() {
  heardAt = new Date().getTime();
  if (away) frame.src = PLAIN;
  away = false;
  sign.style.display = "none";
}

function askTheServer() {
  if (new Date().getTime() - heardAt > PATIENCE_MS) {
    away = true;
    sign.style.display = "block";
  }
  var question = new XMLHttpRequest();
  question.onreadystatechange = function () {
    if (question.readyState === 4 && question.status === 200) heardTheServer();
  };
  question.open("GET", "/healthz?" + new Date().getTime(), true);
  question.send();
  setTimeout(function () {
    if (question.readyState !== 4) question.abort();
  }, PATIENCE_MS);
}

var heardAt = new Date().getTime();
var away = false;
var told = staleWords();
document.body.innerHTML = "";
var frame = placed("iframe", WHOLE);
frame.src = PLAIN;
var sign = placed("div", ACROSS);
sign.className = "old-sign";
sign.appendChild(document.createTextNode(told));
setInterval(askTheServer, ASK_EVERY_MS);
