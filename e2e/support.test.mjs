// Support through the browser: the demonstration's story goes on, as officer, chair, province and auditor. Each test begins
// where the one before it ended. What the pages look like, support-pages.test.mjs looks at; here, what comes of a step.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { House, LAPTOP, PHONE } from "./house.mjs";

const AGREEMENT = /^\/support\/agreements\/[0-9a-f-]{36}$/;
const ALLOCATION = /^\/support\/capital\/[0-9a-f-]{36}$/;
const FILE = /^\/support\/payments\/files\/[0-9a-f-]{36}$/;
const GROUP = /^\/support\/groups\/[0-9a-f-]{36}$/;
const HOUSEHOLD = /^\/households\/[0-9a-f-]{36}/;
const LOAN = /^\/support\/loans\/[0-9a-f-]{36}$/;
const PROJECT = /^\/support\/projects\/[0-9a-f-]{36}$/;
const RANKING = /^\/support\/rankings\/[0-9a-f-]{36}$/;
/** Communes of which the demonstration has lists, with a made-up rate of poor households. */
const COMMUNES = { "Mường Lay": "18,5", "Na Sang": "32", "Mường Tùng": "36,5", "Pa Ham": "27" };
/** Loans of households that have left the list. */
const CREDIT = "preferential_credit_newly_escaped";

let house;
// Whoever has a second factor signs in once: a code is good once in half a minute.
let chair;
let officer;
let province;
let lapsing; // The household whose window ends.
let late; // The agreement whose repayment is late.
let paid; // The agreement of which a part is paid here.

before(async () => {
  house = await House.open();
  await house.start();
  [officer, chair, province] = await Promise.all(["officer", "chair", "province"].map((login) => house.person(login)));
});

after(() => house.close());

/** The đồng that a text names first. */
function dong(text) {
  return Number(text.match(/[\d.,]+(?= đồng)/)[0].replace(/[.,]/g, ""));
}

/** A row of a file, as these files are written: no name of the demonstration has a comma. */
function cells(line) {
  return line.split(",").map((cell) => cell.replace(/^"|"$/g, ""));
}

test("the officer sees what waits: a late repayment, visits, a household whose window ends", async () => {
  const { page } = officer;
  await officer.open("/support");
  late = await page.locator("main tr", { hasText: "Hoàn trả" }).locator("a").first().getAttribute("href");
  assert.match(late, AGREEMENT, "a loan of August of which the part of October is late");
  paid = await page.locator("main tr", { hasText: "05/11/2026" }).locator("a").first().getAttribute("href");
  assert.match(paid, AGREEMENT, "an agreement with a part of November");
  await officer.open("/support/entitled");
  await officer.open("/support/lapsing");
  const [first] = await page.locator("main tbody tr").allInnerTexts();
  assert.match(first, /Lường Văn Mẫu.*15\/12\/2026/s, "the household whose 36 months end in December");
  await officer.open("/households?text=");
  const [household] = await officer.links(HOUSEHOLD);
  await officer.open(household);
  assert.match(await officer.says(), /chưa kiểm chứng/);
});

test("the officer records what came back late, on a phone: it is less, and still late", async () => {
  const { page } = officer;
  await officer.reads({ language: "vi", viewport: PHONE });
  await officer.open(late);
  const owed = dong(await officer.fact("Quá hạn").innerText());
  assert.ok(owed > 10_000_000, "half of the loan and its interest");
  const form = await officer.form("/repay");
  await form.locator("input[name='repaid']").fill("5.000.000");
  await form.locator("input[name='receipt']").fill("BL 01 (giả lập)");
  await officer.send(form);
  await officer.look();
  assert.equal(dong(await officer.fact("Quá hạn").innerText()), owed - 5_000_000);
  assert.match(await page.locator("main li", { hasText: "5.000.000 đồng" }).first().innerText(), /lãi.*gốc/s);
  const [receipt] = await officer.links(/^\/papers\/receipt\//);
  assert.equal((await page.request.get(receipt)).headers()["content-type"], "application/pdf");
  await officer.open(`${late}/statement`);
  await officer.reads({ language: "vi", viewport: LAPTOP });
});

test("the ranking says who is just in and just out, and whoever repeats the draw finds the same order", async () => {
  const { page } = officer;
  await officer.reads({ language: "en" });
  await officer.open("/support/rankings");
  const rankings = await officer.links(RANKING);
  assert.ok(rankings.length >= 2, "two schemes are ranked");
  for (const ranking of rankings) {
    await officer.open(ranking);
    const within = await drawn("Within the quota");
    const waiting = await drawn("Waiting list");
    assert.equal((await officer.fact("Just in").innerText()).trim(), within.at(-1).name);
    assert.equal((await officer.fact("Just out").innerText()).trim(), waiting[0].name);
    assert.equal(await officer.fact("What decided").innerText(), "The published draw");
    assert.ok(within.at(-1).number < waiting[0].number, "the smaller number comes first");
    assert.equal(waiting[0].place, within.length + 1);
    const seed = await page.locator("main p", { hasText: "Seed of the draw" }).locator(".code").innerText();
    for (const { id, number } of [...within, ...waiting]) assert.equal(number, draw(seed, id));
    assert.doesNotMatch(await officer.says(), /hiv|trafficking|addiction/i);
  }
  await officer.reads({ language: "vi" });
});

/** The rows of a list on a ranking's page: place, name, id and number drawn. */
function drawn(caption) {
  const rows = officer.page.getByRole("table", { name: caption, exact: true }).locator("tbody tr");
  return rows.evaluateAll((rows) =>
    rows.map((row) => {
      const [id, number] = row.querySelector("details .code").textContent.split(" → ");
      return { place: Number(row.cells[0].innerText), name: row.cells[1].innerText.trim(), id, number };
    }),
  );
}

/** The number drawn for somebody, as the page says that it is drawn. */
function draw(seed, id) {
  const hash = createHash("sha256").update("vuon/draw/1");
  for (const part of [seed, id]) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(Buffer.byteLength(part)));
    hash.update(length).update(part);
  }
  return hash.digest("hex");
}

test("evidence, order, file, and the bank's answer: paid, not paid, and one that does not agree", async () => {
  const { page } = officer;
  // The part is late, or nearly: the chair gives it more time first.
  await chair.open(paid);
  const longer = await chair.form("/parts/stock_bought/extend");
  await longer.locator("input[name='due']").fill("2026-12-31");
  await longer.locator("textarea[name='why']").fill("Đường sạt lở, chưa chở giống về được (giả lập)");
  await chair.send(longer);
  await officer.open(paid);
  const evidence = await officer.form("/parts/stock_bought/evidence");
  await evidence.locator("select[name='kind']").selectOption("receipt");
  await evidence.locator("input[name='reference']").fill("Hóa đơn mua bò, lưu tại xã (giả lập)");
  await officer.send(evidence);
  await officer.look();
  assert.match(await officer.says(), /Hóa đơn mua bò/);

  // What the bank could not pay in September waits too.
  await chair.open("/support/payments");
  const order = await chair.form("/support/payments/order");
  assert.equal(await order.locator("input[name='seen']:checked").count(), 2);
  await chair.send(order);
  await officer.open("/support/payments");
  await officer.send(await officer.form("/support/payments/files"));
  await officer.look();
  const file = new URL(page.url()).pathname;
  assert.match(file, FILE);
  const written = await page.request.get(`${file}/rows.csv`);
  assert.match(written.headers()["cache-control"], /no-store/);
  const [headings, ...rows] = (await written.text()).trim().split(/\r?\n/).map(cells);
  assert.deepEqual(headings.slice(0, 2), ["payment", "amount"]);
  assert.deepEqual(rows.map((row) => row[1]).sort(), ["3000000", "5000000"]);

  // The bank answers that it paid the one, and of the other a sum that was not ordered.
  const on = await today();
  const [[three], [five, , , failed]] = ["3000000", "5000000"].map((amount) => rows.find((row) => row[1] === amount));
  await answered(file, [`${three},1,3000000,${on},`, `${five},1,4000000,${on},`]);
  assert.match(page.url(), /differs=true/);
  assert.equal(dong(await officer.fact("Đã chi").innerText()), 3_000_000);
  assert.equal(await officer.fact("Chưa có trả lời").innerText(), "1");
  // The same answer again, as files are sent twice: nothing is paid twice.
  await answered(file, [`${three},1,3000000,${on},`]);
  assert.equal(dong(await officer.fact("Đã chi").innerText()), 3_000_000);

  // The chair looks at the bank's paper, and settles it: it was not paid.
  await chair.open(file);
  const settle = await chair.form("/settle");
  await settle.locator("select[name='payment']").selectOption(five);
  await settle.locator("select[name='paid']").selectOption("false");
  await settle.locator("textarea[name='why']").fill("Giấy báo có: không chuyển được (giả lập)");
  await chair.send(settle);
  await chair.look();
  assert.equal(await chair.fact("Chưa có trả lời").innerText(), "0");
  assert.equal(await chair.fact("Không chi được").innerText(), "1");
  assert.equal(await chair.page.locator("main form[action$='/settle']").count(), 0, "nothing is left to settle");
  await officer.open(paid);
  assert.equal(dong(await officer.fact("Đã chi").innerText()), 8_000_000, "five of September, three of now");
  await officer.open("/support/payments");
  const again = (await officer.table("Có thể ra lệnh chi")).map(([name]) => name);
  assert.ok(again.some((name) => name.includes(failed)), "what was not paid can be ordered again");
});

/** The day on which the demonstration stands. */
async function today() {
  await officer.page.goto(late);
  const form = await officer.form("/repay");
  return form.locator("input[type='date']").inputValue();
}

/** Takes the bank's answer to a file of payments: rows without the headings. */
async function answered(file, rows) {
  const { page } = officer;
  await page.goto(file);
  const form = await officer.form("/answer");
  const text = ["payment,paid,amount,on,note", ...rows, ""].join("\r\n");
  await form.locator("input[type='file']").setInputFiles({ name: "tra-loi.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  const loaded = page.waitForEvent("load");
  await form.locator("button[type='submit']").click();
  await loaded;
  await officer.look();
}

test("the group's project was approved, and its fund goes round: what one brings back goes to the next", async () => {
  await chair.open("/support/projects");
  const [project] = await chair.links(PROJECT);
  await chair.open(project);
  assert.match(await chair.says(), /02\/QĐ-UBND/, "the decision that approved it");

  await chair.open("/support/groups");
  const [group] = await chair.links(GROUP);
  await chair.open(group);
  assert.equal(await fund(), 100_000_000, "150 million less the loan of 50");
  const [first] = await chair.links(LOAN);
  const second = await inTurn();
  await lent("100.000.000");
  assert.equal(await fund(), 0);
  assert.equal(await chair.page.locator("main form[action$='/lend']").count(), 0, "an empty fund lends nothing");
  const third = await inTurn();
  assert.notEqual(third, second);

  await officer.open(first);
  const form = await officer.form("/repay");
  await form.locator("input[name='repaid']").fill("25.000.000");
  await form.locator("input[name='receipt']").fill("BL 02 (giả lập)");
  await officer.send(form);

  await chair.open(group);
  assert.equal(await fund(), 25_000_000);
  assert.equal(await inTurn(), third);
  await lent("25.000.000");
  assert.equal(await fund(), 0);
  const loans = await chair.table("Các khoản vay từ quỹ");
  assert.deepEqual(loans.map((row) => dong(row[1])).sort((a, b) => a - b), [25_000_000, 50_000_000, 100_000_000]);
  assert.equal(loans.find((row) => dong(row[1]) === 25_000_000)[0].trim(), third);
});

/** What the fund of the group on the chair's page holds. */
async function fund() {
  return dong(await chair.fact("Quỹ của nhóm").innerText());
}

/** Whose turn it is in the group on the chair's page. */
async function inTurn() {
  return (await chair.page.locator("main p", { hasText: "Đến lượt" }).locator("strong").innerText()).trim();
}

/** Lends to whose turn it is, to come back in two parts within a year. */
async function lent(amount) {
  const form = await chair.form("/lend");
  await form.locator("select[name='in_things']").selectOption("money");
  await form.locator("input[name='amount']").fill(amount);
  for (const [name, value] of [["grace_months", "0"], ["instalments", "2"], ["every_months", "6"]]) {
    await form.locator(`input[name='${name}']`).fill(value);
  }
  await chair.send(form);
}

test("the province tries other coefficients, sees who gains and who loses, and allocates by the pack's own", async () => {
  const { page } = province;
  await province.open("/support/capital");
  const received = await province.form("/support/capital/received");
  await received.locator("select[name='scheme']").selectOption(CREDIT);
  await received.locator("input[name='amount']").fill("400.000.000");
  await received.locator("input[name='document']").fill("Quyết định giả lập số 03/2026");
  await province.send(received);

  await province.open("/support/capital/new?formula=to_communes");
  const form = await province.form("/support/capital/what-if");
  await form.locator("select[name='scheme']").selectOption(CREDIT);
  await form.locator("input[name='amount']").fill("400.000.000");
  await form.locator("[name='coefficient/poor_households']").fill("5");
  for (const [commune, rate] of Object.entries(COMMUNES)) {
    const row = form.locator("tr", { hasText: commune }).first();
    await row.locator("input[name='units']").check();
    for (const [figure, value] of [["poor_rate", rate], ["border_commune", "0"], ["transfers", "0,9"]]) {
      await row.locator(`input[name$='/${figure}']`).fill(value);
    }
  }
  await province.send(form);
  await province.look();
  assert.equal(new URL(page.url()).pathname, "/support/capital/what-if");
  const rows = await province.table("Kết quả tính thử");
  assert.equal(rows.length, 4);
  const moved = rows.map(([unit, , tried, , own, change]) => ({ unit, by: dong(tried) - dong(own), change }));
  for (const { unit, by, change } of moved) {
    assert.match(change, by > 0 ? /^tăng / : by < 0 ? /^giảm / : /^không đổi /, unit);
    assert.equal(dong(change), Math.abs(by), unit);
  }
  assert.ok(moved.some(({ by }) => by > 0) && moved.some(({ by }) => by < 0), "somebody gains, somebody loses");
  assert.equal(moved.reduce((sum, { by }) => sum + by, 0), 0, "what one gains, another loses");
  assert.equal(await page.locator("main form[action='/support/capital/draft']").count(), 0, "a try is not kept");

  const again = await province.form("/support/capital/what-if");
  await again.locator("[name='coefficient/poor_households']").fill("");
  await province.send(again);
  await province.send(await province.form("/support/capital/draft"));
  const allocation = new URL(page.url()).pathname;
  assert.match(allocation, ALLOCATION);
  await province.look();
  await computedAgain(allocation);
  await province.send(await province.form("/decide"));
  await province.look();
  await officer.open("/support/capital");
  const budgets = await officer.table("Vốn của các đơn vị");
  const own = budgets.find(([, scheme]) => scheme === "Vay vốn ưu đãi đối với hộ mới thoát nghèo");
  const given = (await province.table("Từng đơn vị")).find(([unit]) => unit.includes("Mường Lay"));
  assert.equal(dong(own[3]), dong(given[2]), "the commune has what was decided");
});

/** Anybody computes a published allocation again. */
async function computedAgain(allocation) {
  const answer = await province.page.request.get(`${allocation}/file`);
  const file = join(house.folder, "allocation.json");
  writeFileSync(file, await answer.body());
  house.run("allocate", "verify", file);
}

test("the household whose window ends gets its loan before that day", async () => {
  const { page } = officer;
  await officer.open("/support/lapsing");
  lapsing = (await officer.links(HOUSEHOLD))[0].split("#")[0];
  await officer.open(lapsing);
  const addresses = await officer.links(/^\/support\/agreements\/new\?/);
  await officer.open(addresses.find((address) => address.includes(`scheme=${CREDIT}&`)));
  const form = await officer.form("/support/agreements/new");
  for (const [id, value] of [
    ["purpose", "nuôi dê sinh sản (giả lập)"],
    ["amount", "10.000.000"],
    ["due-0", await form.locator("#from").inputValue()],
    ["grace_months", "6"],
    ["instalments", "2"],
    ["every_months", "6"],
  ]) {
    await form.locator(`#${id}`).fill(value);
  }
  await officer.send(form);
  await officer.look();
  assert.match(new URL(page.url()).pathname, AGREEMENT);
});

test("the chair approves what waits, all at once", async () => {
  const { page } = chair;
  await chair.open("/support/approval");
  const form = await chair.form("/support/approval");
  const waiting = await form.locator("input[name='seen']").all();
  assert.ok(waiting.length >= 3, "drafts wait");
  for (const box of waiting) await box.check();
  await chair.send(form);
  await chair.open("/support/approval");
  assert.equal(await page.locator("input[name='seen']").count(), 0);
});

test("when the 36 months are over the household is entitled to nothing new, and what was agreed stands", async () => {
  const days = (Date.UTC(2026, 11, 18) - Date.parse(await today())) / 86_400_000;
  await house.stop();
  await house.start(days);
  officer = await house.person("officer");
  await officer.open("/support/lapsing");
  assert.equal((await officer.links(HOUSEHOLD)).length, 0);
  await officer.open(lapsing);
  assert.deepEqual(await officer.links(/^\/support\/agreements\/new\?/), []);
  const [agreement] = await officer.links(AGREEMENT);
  await officer.open(agreement);
  assert.match(await officer.fact("Tình trạng").innerText(), /Đang thực hiện/);
});

test("the auditor computes it all again, money included, and changes nothing", async () => {
  const auditor = await house.person("auditor");
  const { page } = auditor;
  for (const address of [late, paid]) {
    await auditor.open(address);
    assert.equal(await page.locator("main form[method='post']").count(), 0, "no form of change");
  }
  await auditor.open("/ledger");
  await auditor.send(await auditor.form("/ledger/verify"));
  await auditor.look();
  assert.match(await auditor.says(), /Mọi dòng đều khớp/);
  assert.match(await auditor.fact("Lần chuyển tiền").innerText(), /^\d+$/);
  assert.match(house.command("audit", "verify"), /Mọi thứ khớp với lúc ghi/);
});
