// A review through the browser, as the people who do it: enumerator, officer, chair, auditor. What takes days takes days:
// the demonstration is stopped and goes on a week later.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, PHONE } from "./house.mjs";

const ROUND = /^\/rounds\/[0-9a-f-]{36}$/;
/** A picture of one point. */
const PHOTO = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const CASE = /^\/cases\/[0-9a-f-]{36}$/;

let house;
let kase; // The case that goes through it all.
let round;

before(async () => {
  house = await House.open();
  await house.start();
});

after(() => house.close());

test("the enumerator fills in a form on a phone: the status comes as she types, and is signed", async () => {
  const enumerator = await house.person("enumerator", { viewport: PHONE });
  const { page } = enumerator;
  await enumerator.look();
  await enumerator.go("/rounds");
  [round] = await enumerator.links(ROUND);
  await enumerator.go(`${round}/cases?state=survey`);
  [kase] = await enumerator.links(CASE);
  assert.ok(kase, "a household of her hamlet waits to be asked");
  await enumerator.go(`${kase}/form`);
  const soFar = page.locator("#so-far");
  assert.match(await soFar.innerText(), /Chưa xác định/);
  await page.fill("input[name='h.income']", "1000000");
  await page.fill("input[name='h.living_area']", "12,5");
  for (const [name, value] of [
    ["h.house_wall", "non_durable"],
    ["h.house_column", "non_durable"],
    ["h.house_roof", "non_durable"],
    ["h.water_source", "surface"],
    ["h.toilet", "none"],
  ]) {
    await page.selectOption(`select[name='${name}']`, value);
  }
  await page.check("input[name='h.has_internet_use'][value='false']");
  await soFar.locator(".tag").getByText("Hộ nghèo", { exact: true }).waitFor();
  await enumerator.look();

  // The draft is there after the page was left without a word.
  await enumerator.go(`${kase}/form`);
  assert.equal(await page.inputValue("input[name='h.income']"), "1.000.000");

  await page.check("#sure");
  await page.click("button[name='act'][value='sign']");
  await page.waitForURL((url) => !url.pathname.endsWith("/form"));
  await enumerator.go(kase);
  assert.match(await enumerator.says(), /Hộ nghèo/);

  // A photo of the house, as a phone takes it.
  await page.setInputFiles("#file", { name: "nhà.png", mimeType: "image/png", buffer: PHOTO });
  await page.locator("form[enctype] button[type='submit']").click();
  await page.waitForURL((url) => url.searchParams.get("done") === "review-attached");
  const photo = await page.locator("main a", { hasText: "nhà.png" }).getAttribute("href");
  const kept = await page.request.get(photo);
  assert.equal(kept.headers()["content-type"], "image/png");
  assert.deepEqual(await kept.body(), PHOTO);
  await enumerator.look();
});

test("the officer records the meeting, posts the list, and hears a complaint", async () => {
  const officer = await house.person("officer");
  const { page } = officer;
  await officer.look();
  await officer.go(round);
  await officer.go(kase);
  const hamlet = (await officer.says()).match(/Bản [^\n–,]+/)[0].trim();
  await officer.go(`${round}/meetings/new`);
  await page.locator("main li a", { hasText: hamlet }).click();
  await officer.look();
  for (const [id, value] of [["invited", "64"], ["present", "50"], ["chair", "Trưởng bản (giả lập)"], ["secretary", "Thư ký (giả lập)"]]) {
    await page.fill(`#${id}`, value);
  }
  for (const vote of await page.locator("input[name^='agree.']").all()) await vote.fill("45");
  await page.locator("main form button[type='submit']").last().click();
  await page.waitForURL("**/meetings/**");
  assert.match(await officer.says(), /45 trên 50/);
  await officer.look();

  await officer.go(`${round}/postings/new`);
  const choice = page.locator("select[name='hamlet']");
  await choice.selectOption({ label: (await choice.locator("option", { hasText: hamlet }).first().innerText()).trim() });
  await page.fill("#place", "Nhà văn hóa bản");
  await page.locator("main form button[type='submit']").last().click();
  await page.waitForURL("**/postings/**");
  assert.match(await officer.says(), /ngày làm việc/);
  await officer.look();

  await officer.go(`${kase}/complaints/new`);
  await page.check("input[name='kind'][value='wrong_data']");
  await page.fill("textarea[name='text']", "Diện tích nhà ghi chưa đúng. (giả lập)");
  await page.locator("main form button[type='submit']").last().click();
  await page.waitForURL("**/complaints/**");
  const thread = new URL(page.url()).pathname;
  await officer.look();

  // The re-check is a form of its own, dated and signed; only then can the complaint be answered.
  await officer.go(`${kase}/form?reason=recheck`);
  await page.fill("input[name='h.living_area']", "14");
  await page.check("#sure");
  await page.click("button[name='act'][value='sign']");
  await page.waitForURL((url) => !url.pathname.endsWith("/form"));
  await officer.go(thread);
  await page.check("input[name='outcome'][value='corrected']");
  await page.fill("textarea[name='text']", "Đã đo lại: 14 m²; phân loại không đổi. (giả lập)");
  await page.locator("main form button[type='submit']").last().click();
  await page.waitForLoadState();
  assert.match(await officer.says(), /Sửa thông tin ghi sai/);
  await officer.look();

  for (const address of ["/households", "/complaints", "/progress", "/lists", "/flows", "/import", "/duplicates", "/areas", "/ledger", "/account"]) {
    await officer.go(address);
  }
  // The list follows as one types; the name stands in no address, and one comes back to it as it was.
  await officer.go("/households");
  await page.fill("#text", "lo");
  await page.waitForURL((url) => url.searchParams.has("find"));
  assert.doesNotMatch(page.url(), /text=|=lo\b/);
  const listed = await page.locator("#found").innerText();
  await officer.look();
  await page.locator("#found th a").first().click();
  await page.waitForURL(/\/households\/[0-9a-f-]{36}$/);
  await page.goBack();
  await page.waitForURL((url) => url.searchParams.has("find"));
  assert.equal(await page.inputValue("#text"), "lo");
  assert.equal(await page.locator("#found").innerText(), listed);
  const [household] = await officer.links(/^\/households\/[0-9a-f-]{36}$/);
  await officer.go(household);
});

test("a week later the chair decides with the second factor and signs certificates", async () => {
  await house.stop();
  await house.start(7);
  const chair = await house.person("chair");
  const { page } = chair;
  await chair.go("/");
  await chair.go(`${round}/decision`);
  await page.fill("#number", "77/QĐ-UBND (giả lập)");
  await page.locator("main form button[type='submit']").last().click();
  await page.waitForURL("**/decisions/**");
  assert.match(await chair.says(), /77\/QĐ-UBND/);
  await chair.look();
  await chair.go(kase);
  assert.match(await chair.says(), /77\/QĐ-UBND/);
  await chair.go(`${round}/certificates`);
  await page.locator("main form button[type='submit']").first().click();
  await page.waitForLoadState();
  assert.match(await chair.says(), /GIẤY CHỨNG NHẬN/);
  await chair.look();
});

test("the auditor sees it all, computes it again and changes nothing", async () => {
  const auditor = await house.person("auditor", { language: "en" });
  const { page } = auditor;
  for (const address of ["/", round, `${round}/cases`, kase, `${kase}/compare`, "/ledger"]) await auditor.go(address);
  const refused = await page.goto(`${kase}/form`);
  assert.equal(refused.status(), 403);
  auditor.faults.length = 0;
  await auditor.go("/ledger");
  await page.locator("form[action='/ledger/verify'] button").first().click();
  await page.waitForLoadState();
  assert.match(await auditor.says(), /assessment/i);
  await auditor.look();
  await house.stop();
  const report = house.command("audit", "verify", "--lang", "en");
  assert.doesNotMatch(report, /differs/i, report);
  await house.start();
});

test("somebody from another commune finds nothing here", async () => {
  const stranger = await house.person("officer2");
  for (const address of [round, kase, `${kase}/form`]) {
    const answer = await stranger.page.goto(address);
    assert.equal(answer.status(), 404, address);
  }
});
