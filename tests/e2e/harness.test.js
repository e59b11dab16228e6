// The harness itself: that its checks find what they are there to find, with scripts on and off, under a strict policy.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";

const policy = "default-src 'none'; img-src 'self'; form-action 'self'; base-uri 'none'";
const pages = {
  "/good": `<!doctype html><html lang="ro"><title>Bun</title><main><h1>Bun</h1><dl><div><dt>Suma</dt><dd>1\u00a0234,50 lei</dd></div></dl><a href="/bad">Mai departe</a></main></html>`,
  "/bad": `<!doctype html><html lang="ro"><title>Rău</title><main><h1>Rău</h1><input type="text"></main></html>`,
  "/script": `<!doctype html><html lang="ro"><title>Script</title><main><h1>Script</h1></main><script>document.title = "Alt titlu"</script></html>`,
};
let server, browser, address;

before(async () => {
  server = createServer((request, response) => {
    const page = pages[request.url];
    response.writeHead(page ? 200 : request.url === "/favicon.ico" ? 204 : 404, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy });
    response.end(page ?? `<!doctype html><html lang="ro"><title>404</title><link rel="icon" href="data:,"><main><h1>404</h1></main></html>`);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  server?.close();
});

for (const scripts of [true, false]) {
  test(`a good page passes, a page with a nameless input does not (scripts ${scripts ? "on" : "off"})`, async () => {
    const visitor = await Visitor.arrive(browser, { scripts, name: "harness" });
    await visitor.go(`${address}/good`);
    await visitor.check("good");
    assert.equal(await visitor.fact("Suma"), "1 234,50 lei");
    await visitor.press("Mai departe");
    await assert.rejects(visitor.check("bad"), /label/);
    await visitor.go(`${address}/none`, 404);
    await visitor.leave();
  });
}

test("a script against the policy is noticed", async () => {
  const visitor = await Visitor.arrive(browser, { name: "harness" });
  await visitor.go(`${address}/script`);
  await assert.rejects(visitor.check("script"), /console/);
  await visitor.leave();
});
