// The pages that need no account, in both languages and on a telephone, one of them without scripts; and what becomes of a
// complaint that somebody files there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, PHONE } from "./house.mjs";

const COMMUNE = /^\/public\/(lists|complaint)\?commune=/;
const FILED = /^\/complaints\/public\/[0-9a-f-]{36}$/;

/** As both kinds of readers see it, both on a telephone. */
const READERS = [
  { language: "vi", viewport: PHONE },
  { language: "en", viewport: PHONE },
  { language: "vi" },
];

let house;
let code; // Of the complaint that was filed.

before(async () => {
  house = await House.open();
  await house.start();
});

after(() => house.close());

/** What sends a form, beside the button that asks for it in the other language. */
const SEND = "main form button:not(#switch-language)";

async function anybody({ language, viewport }) {
  const guest = await house.guest(`public-${language}`, { viewport });
  await guest.page.goto(`/public?lang=${language}`);
  return guest;
}

async function chosen(guest, address) {
  const { page } = guest;
  await guest.go(address);
  await page.fill("#name", "muong lay");
  await page.locator(SEND).click();
  await guest.look();
  const [commune] = await guest.links(COMMUNE);
  await guest.go(commune);
}

test("the first page leads to all of them, and says when nothing is published", async () => {
  for (const reader of READERS) {
    const guest = await anybody(reader);
    await guest.go("/public");
    await guest.go("/public/figures");
    assert.match(await guest.says(), /chưa công bố|Nothing has been published/);
    await guest.go("/verify");
    await guest.go("/sign-in");
    assert.ok((await guest.page.locator("footer a[href='/public/complaint']").count()) === 1);
  }
});

test("somebody judges an own household", async () => {
  for (const reader of READERS) {
    const guest = await anybody(reader);
    const { page } = guest;
    await guest.go("/public/check");
    await page.selectOption("#area", "rural");
    await page.fill("#members", "1");
    await page.locator(SEND).click();
    await guest.look();
    await page.fill("[name='h.income']", "1000000");
    await page.locator(SEND).click();
    await guest.look();
    assert.match(await guest.says(), /Chưa thể kết luận|It cannot be said/);
    for (const [name, value] of Object.entries(POOR)) {
      const control = page.locator(`[name='h.${name}']`);
      const kind = await control.first().evaluate((element) => element.tagName + (element.type ?? ""));
      if (kind.startsWith("SELECT")) await control.selectOption(value);
      else if (kind === "INPUTradio") await page.check(`[name='h.${name}'][value='${value}']`);
      else await control.fill(value);
    }
    await page.locator(SEND).click();
    await guest.look();
    assert.match(await guest.says(), /Hộ nghèo|Poor household/i);
    assert.match(await guest.says(), /không phải là quyết định|no decision/);
    // The other language keeps what was typed, in the header as at the foot of the form.
    const other = reader.language === "vi" ? "en" : "vi";
    await page.locator("label.language").click();
    await page.locator(`html[lang="${other}"]`).waitFor();
    assert.match(await page.inputValue("[name='h.income']"), /^1.000.000$/);
    assert.equal(await page.inputValue("[name='h.toilet']"), POOR.toilet);
    await page.locator("#switch-language").click();
    await page.locator(`html[lang="${reader.language}"]`).waitFor();
    await guest.look();
  }
});

const POOR = {
  living_area: "12",
  house_wall: "non_durable",
  house_column: "non_durable",
  house_roof: "non_durable",
  water_source: "surface",
  toilet: "none",
  has_internet_use: "false",
};

test("somebody finds the list that hangs, and complains", async () => {
  for (const reader of READERS) {
    const guest = await anybody(reader);
    const { page } = guest;
    await chosen(guest, "/public/lists");
    assert.match(await guest.says(), /đang được niêm yết|the list is posted now/);
    await chosen(guest, "/public/complaint");
    await page.check("#kind-wrongly_out");
    await page.fill("#household", "Ông Mẫu (giả lập)");
    await page.fill("#text", "Nhà tôi khó khăn mà không có tên (giả lập).");
    await page.locator(SEND).click();
    await guest.look();
    code = await page.locator("code.receipt").innerText();
    assert.match(code, /^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
    assert.ok(!page.url().includes(code));
    await page.locator("#switch-language").click();
    assert.equal(await page.locator("code.receipt").innerText(), code);
    assert.ok(!page.url().includes(code));
    await page.locator("#switch-language").click();
    await page.locator(`html[lang="${reader.language}"]`).waitFor();
    await guest.go("/public/complaint/follow");
    await page.fill("#code", code);
    await page.locator(SEND).click();
    await guest.look();
    assert.match(await guest.says(), /Cán bộ chưa thụ lý|has not taken it up yet/);
  }
});

test("a complaint is filed without scripts", async () => {
  const { page } = await house.guest("public-bare", { viewport: PHONE, scripts: false });
  await page.goto("/public/complaint?name=muong+lay");
  await page.locator("main li a").first().click();
  await page.check("#kind-wrong_data");
  await page.fill("#household", "Hộ nhà tôi (giả lập)");
  await page.fill("#text", "Ghi sai năm sinh (giả lập).");
  await page.locator(SEND).click();
  assert.match(await page.locator("code.receipt").innerText(), /^[A-Z2-7-]{19}$/);
});

test("the officer takes one up and answers another, and whoever has the code sees it", async () => {
  for (const reader of READERS.slice(0, 2)) {
    const officer = await house.person("officer", reader);
    const { page } = officer;
    await officer.go("/");
    await officer.go("/complaints/public");
    const [filed] = await officer.links(FILED);
    await officer.go(filed);
    await page.fill("#text", "l");
    await page.locator("main form[role='search'] button").click();
    await page.waitForLoadState();
    await officer.look();
    if (reader.language === "en") continue;
    await page.locator("main form[action$='/take-up'] button").first().click();
    await page.waitForURL(/\/complaints\/[0-9a-f-]{36}\?done=grievance-taken$/);
    await officer.look();
  }
  const officer = await house.person("officer", READERS[0]);
  const { page } = officer;
  await officer.go("/complaints/public");
  const waiting = await officer.links(FILED);
  for (const filed of waiting) {
    await officer.go(filed);
    await page.fill("#answer", "Không có hồ sơ nào như vậy (giả lập).");
    await page.locator("form[action$='/answer'] button").click();
    await page.waitForURL(/done=grievance-answered$/);
  }
  await officer.look();
  await officer.go("/complaints/public?all=yes");
  for (const reader of READERS) {
    const guest = await anybody(reader);
    await guest.go("/public/complaint/follow");
    await guest.page.fill("#code", code);
    await guest.page.locator(SEND).click();
    await guest.look();
    assert.match(await guest.says(), /Không có hồ sơ nào như vậy/);
  }
});

test("what is published is read as it was written, each page of it", async () => {
  house.command("publish", "--area", "11");
  for (const reader of READERS) {
    const guest = await anybody(reader);
    const { page } = guest;
    // The site names no icon: the browser looks for one.
    await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
    await guest.go("/public");
    await guest.go("/public/figures");
    assert.equal(new URL(page.url()).pathname, `/public/figures/${reader.language}/index.html`);
    const links = await page.locator("a[href$='.html']").evaluateAll((all) => all.map((link) => new URL(link.href).pathname));
    const own = new Set(links.filter((path) => path.startsWith(`/public/figures/${reader.language}/`)));
    for (const name of SITE) assert.ok(own.delete(`/public/figures/${reader.language}/${name}.html`), `${name} is linked to`);
    for (const name of SITE) await guest.go(`/public/figures/${reader.language}/${name}.html`);
    own.delete(`/public/figures/${reader.language}/index.html`);
    for (const path of own) await guest.go(path);
  }
});

/** The pages of the site, beside its first. */
const SITE = ["allocation", "complaints", "data", "deprivations", "methods", "movements", "projects", "schemes", "targets"];
