// Support through the browser: the demonstration's story is looked at and goes on, as officer, chair, province and auditor.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, LAPTOP, PHONE } from "./house.mjs";

const AGREEMENT = /^\/support\/agreements\/[0-9a-f-]{36}$/;
const GROUP = /^\/support\/groups\/[0-9a-f-]{36}$/;
const HOUSEHOLD = /^\/households\/[0-9a-f-]{36}$/;
const LOAN = /^\/support\/loans\/[0-9a-f-]{36}$/;
const RANKING = /^\/support\/rankings\/[0-9a-f-]{36}$/;

let house;
let late; // The agreement whose repayment is late.

before(async () => {
  house = await House.open();
  await house.start();
});

after(() => house.close());

test("the officer sees what waits: a late repayment first, visits, a household whose window ends", async () => {
  const officer = await house.person("officer");
  const { page } = officer;
  await officer.go("/support");
  assert.match(await officer.says(), /quá hạn/);
  late = await page.locator("main tr", { hasText: "Hoàn trả" }).locator("a").first().getAttribute("href");
  assert.match(late, AGREEMENT, "a loan of August of which the part of October is late");
  await officer.go(late);
  assert.match(await officer.says(), /quá hạn/);
  await officer.go("/support/entitled");
  await officer.go("/support/lapsing");
  assert.match(await officer.says(), /Lường Văn Mẫu/, "the household whose 36 months end in December");
  await officer.go("/households?text=");
  const [household] = await officer.links(HOUSEHOLD);
  await officer.go(household);
  assert.match(await officer.says(), /chưa kiểm chứng/);
});

test("the officer records what came back, on a phone", async () => {
  const officer = await house.person("officer", { viewport: PHONE });
  const { page } = officer;
  await officer.go(late);
  const form = page.locator(`form[action='${late}/repay']`);
  const details = page.locator("details", { has: form });
  if (await details.count()) await details.first().locator("summary").first().click();
  await form.locator("input[name='repaid']").fill("5.000.000");
  await form.locator("input[name='receipt']").fill("BL 01 (giả lập)");
  await form.locator("button[type='submit']").click();
  await page.waitForURL((url) => url.pathname === late);
  await officer.look();
  assert.match(await officer.says(), /5\.000\.000/);
});

test("the ranking says who is just in and just out, and how to repeat the draw", async () => {
  const officer = await house.person("officer", { language: "en" });
  await officer.go("/support/rankings");
  const rankings = await officer.links(RANKING);
  assert.equal(rankings.length, 2, "two schemes are ranked");
  for (const ranking of rankings) await officer.go(ranking);
  assert.doesNotMatch(await officer.says(), /hiv|trafficking|addiction/i);
});

test("the group's fund goes round, and a member's loan is owed to it", async () => {
  const chair = await house.person("chair");
  await chair.go("/support/groups");
  const [group] = await chair.links(GROUP);
  await chair.go(group);
  assert.match(await chair.says(), /100\.000\.000/, "150 million less the loan of 50");
  const [loan] = await chair.links(LOAN);
  await chair.go(loan);
  await chair.go("/support/projects");
});

test("the chair approves what waits, all at once", async () => {
  const chair = await house.person("chair", { viewport: LAPTOP });
  const { page } = chair;
  await chair.go("/support/approval");
  const waiting = page.locator("input[name='seen']");
  assert.equal(await waiting.count(), 3, "three drafts wait");
  for (const box of await waiting.all()) await box.check();
  await page.locator("main form button[type='submit']").last().click();
  await page.waitForURL((url) => url.pathname !== "/support/approval" || url.searchParams.has("done"));
  await chair.look();
  await chair.go("/support/approval");
  assert.equal(await page.locator("input[name='seen']").count(), 0);
  await chair.go("/support/payments");
});

test("the province tries other coefficients and sees who gains and who loses", async () => {
  const province = await house.person("province");
  await province.go("/support/capital");
  await province.go("/support/figures");
  await province.go("/support/capital/new?formula=to_communes");
});

test("the auditor computes it all again, money included, and changes nothing", async () => {
  const auditor = await house.person("auditor");
  const { page } = auditor;
  await auditor.go(late);
  assert.equal(await page.locator("main form[method='post']").count(), 0, "no form of change");
  assert.match(house.command("audit", "verify"), /Mọi thứ khớp với lúc ghi/);
  await auditor.go("/ledger");
});
