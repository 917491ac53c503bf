// Every page of support, looked at in both languages, on a laptop and a phone, with all that is folded away shown; its papers;
// and a walk from the evidence to the bank's file by the keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, LAPTOP, PHONE } from "./house.mjs";

const ID = "[0-9a-f-]{36}";
const AGREEMENT = new RegExp(`^/support/agreements/${ID}$`);
const ALLOCATION = new RegExp(`^/support/capital/${ID}$`);
const FILE = new RegExp(`^/support/payments/files/${ID}$`);
const GROUP = new RegExp(`^/support/groups/${ID}$`);
const HOUSEHOLD = new RegExp(`^/households/${ID}$`);
const LOAN = new RegExp(`^/support/loans/${ID}$`);
const MEMBER = new RegExp(`^/households/${ID}/members/${ID}$`);
const PROJECT = new RegExp(`^/support/projects/${ID}$`);
const RANKING = new RegExp(`^/support/rankings/${ID}$`);
const COMMUNE = "vn-2026-04-30:03151";

/** As both kinds of readers see it. */
const READERS = [
  { language: "vi", viewport: LAPTOP },
  { language: "en", viewport: PHONE },
];

let house;
let chair;
let officer;
let province;

before(async () => {
  house = await House.open();
  await house.start();
  [officer, chair, province] = await Promise.all(["officer", "chair", "province"].map((login) => house.person(login)));
});

after(() => house.close());

/** Opens each page, unfolds it, and looks at it. */
async function all(person, addresses) {
  for (const address of addresses) {
    const answer = await person.page.goto(address);
    assert.equal(answer.status(), 200, `${address} as ${person.login}`);
    await person.unfold();
    await person.look();
  }
}

/** The first address of each of these kinds that a page links to. */
async function first(person, address, ...kinds) {
  await person.page.goto(address);
  const found = await Promise.all(kinds.map((kind) => person.links(kind)));
  return found.map(([link], place) => link ?? assert.fail(`${address} has no link to ${kinds[place]}`));
}

test("the officer's pages of support", async () => {
  const agreements = await states();
  const [ranking] = await first(officer, "/support/rankings", RANKING);
  const [group] = await first(officer, "/support/groups", GROUP);
  const [loan] = await first(officer, group, LOAN);
  const [project] = await first(officer, "/support/projects", PROJECT);
  const [file] = await first(officer, "/support/payments", FILE);
  const [household] = await first(officer, agreements[0], HOUSEHOLD);
  const [member] = await first(officer, household, MEMBER);
  for (const reader of READERS) {
    await officer.reads(reader);
    await all(officer, [
      "/support",
      ...["entitled", "lapsing", "rankings", "agreements", "groups", "projects", "community", "payments", "models"].map((name) => `/support/${name}`),
      ...["figures", "capital", "approval"].map((name) => `/support/${name}`),
      ...agreements,
      `${agreements[0]}/statement`,
      `/support/agreements/new?ranking=${ranking.split("/").pop()}`,
      `/support/agreements/new?scheme=production_group&group=${group.split("/").pop()}`,
      ranking,
      group,
      loan,
      project,
      file,
      household,
      `${member}/sealed`,
    ]);
  }
});

/** An agreement in each of its states. */
async function states() {
  const found = [];
  for (const state of ["owing", "running", "draft", "fulfilled"]) {
    found.push(...(await first(officer, `/support/agreements?state=${state}`, AGREEMENT)));
  }
  return found;
}

test("the chair's pages of support", async () => {
  const [group] = await first(chair, "/support/groups", GROUP);
  const [loan] = await first(chair, group, LOAN);
  const [draft] = await first(chair, "/support/agreements?state=draft", AGREEMENT);
  const [running] = await first(chair, "/support/agreements?state=running", AGREEMENT);
  const [household] = await first(officer, draft, HOUSEHOLD);
  const [member] = await first(officer, household, MEMBER);
  for (const reader of READERS) {
    await chair.reads(reader);
    await all(chair, ["/support", "/support/approval", "/support/payments", draft, running, group, loan, `${member}/sealed`]);
  }
});

test("the pages of support of those above", async () => {
  const [allocation] = await first(province, "/support/capital", ALLOCATION);
  const admin = await house.person("admin");
  const ministry = await house.person("ministry");
  const auditor = await house.person("auditor");
  for (const reader of READERS) {
    await province.reads(reader);
    await all(province, ["/support", "/support/capital", allocation, "/support/capital/new", "/support/capital/new?formula=to_communes"]);
    await all(province, ["/support/coverage", `/support/coverage?unit=${COMMUNE}`, "/support/figures"]);
    await ministry.reads(reader);
    await all(ministry, ["/support", "/support/capital", "/support/figures"]);
    await auditor.reads(reader);
    await all(auditor, [`/support?commune=${COMMUNE}`, `/support/payments?commune=${COMMUNE}`]);
    await admin.reads(reader);
    await all(admin, [`/areas/${COMMUNE}/classes`]);
  }
});

test("what was tried stays on the page, in another language and on a phone", async () => {
  await province.reads(READERS[0]);
  await province.page.goto("/support/capital/new?formula=to_communes");
  const form = await province.form("/support/capital/what-if");
  await form.locator("select[name='scheme']").selectOption("production_support");
  await form.locator("input[name='amount']").fill("90.000.000");
  await form.locator("[name='coefficient/poor_rate']").fill("2");
  for (const commune of ["Mường Lay", "Na Sang", "Pa Ham"]) {
    const row = form.locator("tr", { hasText: commune }).first();
    await row.locator("input[name='units']").check();
    for (const [figure, value] of [["poor_rate", "20"], ["border_commune", "0"], ["transfers", "0,9"]]) {
      await row.locator(`input[name$='/${figure}']`).fill(value);
    }
  }
  await province.send(form);
  await province.page.setViewportSize(PHONE);
  await province.page.locator("a.language").click();
  await province.page.waitForLoadState();
  assert.equal(await province.page.locator("html").getAttribute("lang"), "en");
  assert.match(await province.says(), /gains|loses/);
  await province.look();
});

test("the papers of support are files that a reader can read aloud", async () => {
  const { page } = officer;
  await officer.reads(READERS[0]);
  const [owing] = await first(officer, "/support/agreements?state=owing", AGREEMENT);
  await officer.page.goto(owing);
  await repaid(1_000_000);
  const [group] = await first(officer, "/support/groups", GROUP);
  const [loan] = await first(officer, group, LOAN);
  await page.goto(loan);
  await repaid(2_000_000);
  const papers = [...(await officer.links(/^\/papers\//))];
  await page.goto(owing);
  papers.push(...(await officer.links(/^\/papers\//)));
  const kinds = new Set(papers.map((paper) => paper.split("/")[2]));
  assert.deepEqual([...kinds].sort(), ["agreement", "loan-receipt", "receipt", "statement"]);
  for (const { language } of READERS) {
    await officer.reads({ language });
    for (const paper of papers) {
      const answer = await page.request.get(paper);
      assert.equal(answer.headers()["content-type"], "application/pdf", paper);
      const body = (await answer.body()).toString("latin1");
      assert.match(body, /^%PDF-/, paper);
      assert.match(body, /pdfuaid:part/, `${paper} is tagged for readers aloud`);
      assert.match(body, /<dc:language><rdf:Bag><rdf:li>vi/, `${paper} speaks the language of papers`);
    }
  }
});

/** Something comes back for the debt on the officer's page. */
async function repaid(amount) {
  const form = await officer.form("/repay");
  await form.locator("input[name='repaid']").fill(String(amount));
  await form.locator("input[name='receipt']").fill(`BL ${amount} (giả lập)`);
  await officer.send(form);
}

test("from the evidence to the bank's file by the keyboard alone", async () => {
  for (const person of [officer, chair]) await person.reads(READERS[0]);
  const { page } = officer;
  await page.goto("/support/agreements?state=running");
  const address = (await officer.links(AGREEMENT))[0];
  await officer.tabTo(`main a[href='${address}']`);
  await entered(officer);
  await officer.tabTo("form[action$='/evidence'] select[name='kind']");
  await page.keyboard.press("ArrowDown");
  await officer.tabTo("form[action$='/evidence'] input[type='date']");
  await typedDay(page, "2026-11-01");
  await officer.tabTo("form[action$='/evidence'] input[name='reference']");
  await page.keyboard.type("Biên lai lưu tại xã (giả lập)");
  await officer.tabTo("form[action$='/evidence'] button");
  await entered(officer);
  assert.match(await officer.says(), /Biên lai lưu tại xã/);

  await chair.page.goto("/support/payments");
  const waiting = await chair.page.locator("input[name='seen']").count();
  await chair.tabTo("input[name='seen']");
  if (!(await chair.page.evaluate(() => document.activeElement.checked))) await chair.page.keyboard.press("Space");
  await chair.tabTo("form[action='/support/payments/order'] button");
  await entered(chair);
  assert.ok((await chair.page.locator("input[name='seen']").count()) < waiting);

  await page.goto("/support/payments");
  await officer.tabTo("form[action='/support/payments/files'] button");
  await entered(officer);
  assert.match(new URL(page.url()).pathname, FILE);
  await officer.look();
});

/** Presses the key Enter, and waits for the page that comes of it. */
async function entered(person) {
  const loaded = person.page.waitForEvent("load");
  await person.page.keyboard.press("Enter");
  await loaded;
  assert.equal(await person.page.locator("main [role='alert']").count(), 0, await person.says());
}

/** Types a day into the field that has the focus, whichever order of day, month and year the browser has. */
async function typedDay(page, day) {
  const [year, month, date] = day.split("-");
  const field = (await page.evaluateHandle(() => document.activeElement)).asElement();
  for (const order of [[month, date, year], [date, month, year], [year, month, date]]) {
    await field.evaluate((input) => (input.blur(), input.focus()));
    await page.keyboard.type(order.join(""));
    if ((await field.inputValue()) === day) return;
  }
  assert.fail(`${day} cannot be typed`);
}
