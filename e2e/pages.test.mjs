// Every page there is, looked at: in both languages, on a laptop and a phone; by the keyboard alone; without scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, PHONE } from "./house.mjs";

const ROUND = /^\/rounds\/[0-9a-f-]{36}$/;
const CASE = /^\/cases\/[0-9a-f-]{36}$/;
const HOUSEHOLD = /^\/households\/[0-9a-f-]{36}$/;

/** As both kinds of readers see it. */
const READERS = [{ language: "vi" }, { language: "en", viewport: PHONE }];

let house;

before(async () => {
  house = await House.open();
  await house.start();
});

after(() => house.close());

test("whoever signs in, and whoever is turned away", async () => {
  for (const { language, viewport } of READERS) {
    const guest = await house.guest(`guest-${language}`, { viewport });
    const { page } = guest;
    await guest.go(`/sign-in?lang=${language}`);
    await page.fill("#login", "chair");
    await page.fill("#password", "not the password");
    await page.keyboard.press("Enter");
    await page.locator("[role='alert']").waitFor();
    guest.faults.length = 0;
    await guest.look();
    await page.fill("#login", "chair");
    await page.fill("#password", "vuon-demo-2026");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    await guest.go("/sign-in/code");
    await page.fill("#code", "000000");
    await page.keyboard.press("Enter");
    await page.locator("[role='alert']").waitFor();
    guest.faults.length = 0;
    await guest.look();
  }
});

test("the administrator's pages: accounts, areas, the second factor", async () => {
  for (const reader of READERS) {
    const admin = await house.person("admin", reader);
    const { page } = admin;
    for (const address of ["/", "/users", "/users/new", "/users/new?role=province", "/users/new?role=commune_officer&name=m", "/account", "/account/second-factor", "/training", "/training/courses"]) {
      await admin.go(address);
    }
    await admin.go("/users");
    const [user] = await admin.links(/^\/users\/[0-9a-f-]{36}$/);
    await admin.go(user);
    await admin.go("/areas");
    const [area] = await admin.links(/^\/areas\/[^/?]+$/);
    await admin.go(area);
    await admin.refused("/households", 403);
    await admin.refused("/nothing/here", 404);
  }
});

test("the officer's pages about a household", async () => {
  for (const reader of READERS) {
    const officer = await house.person("officer", reader);
    const { page } = officer;
    await officer.go("/households");
    const [household] = await officer.links(HOUSEHOLD);
    await officer.go("/households/new");
    await officer.go(household);
    for (const form of ["add-member", "head", "split", "close", "move", "move?name=na"]) await officer.go(`${household}/${form}`);
    const elsewhere = await officer.links(/\/move\?commune=/);
    assert.ok(elsewhere.length > 0, "communes out of reach are found");
    await officer.go(elsewhere[0]);
    await officer.go(household);
    const [member] = await officer.links(/\/members\//);
    await officer.go(member);
    const shut = page.locator("main details:not([open]) > summary");
    while (await shut.count()) await shut.first().click();
    await officer.look();
    // A form that is refused comes back as it was, and says why.
    await officer.go(`${household}/close`);
    await page.selectOption("#cause", "moved_away");
    await page.fill("#on", "2099-01-01");
    await page.locator("main form button").last().click();
    await page.locator("[role='alert']").waitFor();
    assert.equal(await page.inputValue("#cause"), "moved_away");
    officer.faults.length = 0;
    await officer.look();
  }
});

test("the officer's pages about the review, lists and duplicates", async () => {
  for (const reader of READERS) {
    const officer = await house.person("officer", reader);
    const { page } = officer;
    for (const address of ["/rounds", "/rounds/new", "/complaints", "/progress", "/lists", "/flows", "/import", "/duplicates", "/reports", "/training", "/verify"]) {
      await officer.go(address);
    }
    await officer.go("/rounds");
    const [round] = await officer.links(ROUND);
    await officer.go(round);
    await officer.go(`${round}/add`);
    await officer.go(`${round}/postings/new`);
    await officer.go(`${round}/cases`);
    const [kase] = await officer.links(CASE);
    for (const part of ["", "/form", "/withdraw", "/complaints/new"]) await officer.go(`${kase}${part}`);
    await officer.go("/duplicates");
    await page.locator("form[action='/duplicates/find'] button").click();
    await page.waitForURL((url) => url.searchParams.get("done") === "searched");
    await officer.look();
    await officer.go("/import");
    await page.setInputFiles("#file", { name: "danh-sach.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
    await page.selectOption("#status", "poor");
    await page.locator("main form button").last().click();
    await page.waitForLoadState();
    assert.match(await officer.says(), /Vàng Văn Nhập/);
    await officer.look();
    // What a form gave has an address: it stays when one reads on in another language.
    await page.locator("a.language").click();
    await page.waitForLoadState();
    assert.match(await officer.says(), /Vàng Văn Nhập/);
    assert.notEqual(await page.locator("html").getAttribute("lang"), reader.language);
  }
});

const LIST = `Thời gian rà soát;Chủ hộ;Mã hộ;Có dân tộc tại chỗ;Giới tính chủ hộ;Số nhân khẩu;Kết quả phiếu rà soát nhanh;Điểm B1;Điểm B2;Kết quả rà soát;Người rà soát
12/2024;Vàng Văn Nhập;09990001;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu
12/2024;Vàng Văn Hai;09990002;Có;Nữ;3;;110;20;Hộ nghèo;Cán bộ Mẫu
`;

test("official papers speak their own language, whoever reads them on whatever screen", async () => {
  for (const reader of [...READERS, { language: "vi", viewport: PHONE }]) {
    const auditor = await house.person("auditor", reader);
    await auditor.go("/rounds");
    const papers = new Map();
    for (const round of await auditor.links(ROUND)) {
      await auditor.go(round);
      for (const kind of [/^\/postings\//, /^\/meetings\//, /\/decisions\//]) {
        const [paper] = await auditor.links(kind);
        // The latest round's: certificates of an earlier one are void since.
        if (!paper || papers.has(String(kind))) continue;
        papers.set(String(kind), paper);
        if (kind.test("/decisions/")) papers.set("certificates", `${round}/certificates`);
      }
    }
    assert.equal(papers.size, 4);
    for (const paper of papers.values()) {
      await auditor.go(paper);
      assert.equal(await auditor.page.locator("article.paper").first().getAttribute("lang"), "vi");
      assert.match(await auditor.says(), /CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM/);
      assert.equal(await auditor.page.locator("html").getAttribute("lang"), reader.language);
    }
  }
});

test("the ledger, entry by entry, and computed again", async () => {
  for (const reader of READERS) {
    const auditor = await house.person("auditor", reader);
    const { page } = auditor;
    await auditor.go("/ledger");
    const chains = await auditor.links(/^\/ledger\/[^/]+$/);
    const chain = chains.find((address) => address.includes(":"));
    await auditor.go(chain);
    await auditor.go(`${chain}?kind=decided`);
    await auditor.go(`${chain}?kind=household`);
    const [entry] = await auditor.links(/^\/ledger\/[^/]+\/\d+$/);
    await auditor.go(entry);
    await auditor.go(`${chain}/root`);
    await auditor.go(chain);
    await page.locator("form[action='/ledger/verify'] button").first().click();
    await page.waitForLoadState();
    await auditor.look();
  }
});

test("the province's opinion, the ministry's figures", async () => {
  for (const [login, addresses] of [["province", ["/", "/rounds", "/progress", "/flows", "/reports"]], ["ministry", ["/", "/progress", "/flows"]]]) {
    const person = await house.person(login);
    for (const address of addresses) await person.go(address);
  }
});

test("a household is put on the list by the keyboard alone", async () => {
  const officer = await house.person("officer");
  const { page } = officer;
  await officer.go("/rounds");
  const [round] = await officer.links(ROUND);
  await officer.go("/households/new");
  await officer.tabTo("#name");
  await page.keyboard.type("Lò Văn Phím");
  await officer.tabTo("#born");
  await page.keyboard.type("1980");
  await officer.tabTo("main form button");
  await page.keyboard.press("Enter");
  await page.waitForURL(HOUSEHOLD_PAGE);

  await page.goto(`${round}/add`);
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.matches("a.skip")), "first comes the way past the bar");
  await page.keyboard.press("Enter");
  await officer.tabTo("#text");
  await page.keyboard.type("lo van phim");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.has("find"));
  await officer.tabTo("main th a");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.has("household"));
  await officer.tabTo("input[name='reason']");
  await page.keyboard.press("Space");
  await officer.tabTo("main form button");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => CASE.test(url.pathname));
  assert.match(await officer.says(), /Lò Văn Phím/);
  await officer.look();
});

const HOUSEHOLD_PAGE = (url) => HOUSEHOLD.test(url.pathname);

test("a form is kept and signed without scripts", async () => {
  const enumerator = await house.person("enumerator", { scripts: false, viewport: PHONE });
  const { page } = enumerator;
  await page.goto("/rounds");
  const rounds = await page.locator("main a").evaluateAll((list) => list.map((a) => a.getAttribute("href")));
  const round = rounds.find((address) => ROUND.test(address));
  await page.goto(`${round}/cases?state=survey`);
  const kase = await page.locator("main th a").first().getAttribute("href");
  await page.goto(`${kase}/form`);
  await page.fill("input[name='h.income']", "1000000");
  await page.locator("button[name='act'][value='save']").first().click();
  await page.waitForURL((url) => url.searchParams.get("done") === "review-saved");
  assert.equal(await page.inputValue("input[name='h.income']"), "1.000.000");
  await page.check("#sure");
  await page.click("button[name='act'][value='sign']");
  await page.waitForURL((url) => url.pathname === kase);
  assert.match(await enumerator.says(), /Đã ký|ký/i);
});
