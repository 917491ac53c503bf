// The practice ground, courses, the handbook and the papers to print, looked at in both languages, on a laptop and a phone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, PHONE } from "./house.mjs";

const PACK = "vn-2022-2026";
const COURSE = /^\/training\/courses\/[0-9a-f-]{36}$/;

/** Both languages on both screens: what is long in one is short in the other. */
const READERS = [
  { language: "vi" },
  { language: "en" },
  { language: "vi", viewport: PHONE },
  { language: "en", viewport: PHONE },
];

let house;

before(async () => {
  house = await House.open();
  await house.start();
});

after(() => house.close());

test("an exercise is done wrong, explained, and has its page in the handbook", async () => {
  for (const reader of READERS) {
    const trainee = await house.person("enumerator", reader);
    const { page } = trainee;
    await trainee.go("/training");
    const exercises = await trainee.links(new RegExp(`^/training/${PACK}/[a-z_]+$`));
    assert.equal(exercises.length, 3);
    for (const exercise of exercises) await trainee.go(exercise);
    await page.goto(exercises[0]);
    await page.fill("input[name='h.income']", "9000000");
    await page.locator("main form button").last().click();
    await page.locator("#differences").waitFor();
    await trainee.look();
    const [lesson] = await trainee.links(/^\/handbook\/[^/]+#/);
    await trainee.go(lesson);
    assert.ok(await page.locator("article:target").isVisible());
  }
});

test("the handbook opens on a phone, and its practice pages answer", async () => {
  for (const reader of READERS) {
    const officer = await house.person("officer", reader);
    const { page } = officer;
    // The whole book is one page, and looking at it takes long: the older standard is looked at once.
    if (reader === READERS[0]) await officer.go("/handbook/vn-2016-2020");
    await page.goto(`/handbook/${PACK}`);
    const choice = page.locator("fieldset .choice").first();
    assert.ok(!(await choice.locator(".reply").isVisible()));
    await choice.locator("input").check();
    assert.ok(await choice.locator(".reply").isVisible());
    await officer.look();
  }
});

test("a course is planned, invited to, attended and told by area", async () => {
  for (const [place, reader] of READERS.entries()) {
    const organiser = await house.person("officer", reader);
    const { page } = organiser;
    await organiser.go("/training/courses/new");
    await page.fill("#title", `Lớp rà soát viên ${place + 1} (giả lập)`);
    await page.fill("#materials", "Sổ tay, bút chì\nPhiếu B in sẵn");
    const day = (later) => new Date(Date.now() + later * 86_400_000).toISOString().slice(0, 10);
    // One day has come; the other is far ahead, whatever day the demonstration stands on.
    await page.fill("#day-0", "2026-01-05");
    await page.fill("#place-0", "Nhà văn hóa bản Mẫu");
    await page.fill("#day-1", day(4000));
    await page.fill("#place-1", "Trụ sở UBND");
    await page.locator("main form button").last().click();
    await page.waitForURL((url) => COURSE.test(url.pathname));
    await organiser.look();
    for (const box of (await page.locator("form[action$='/invite'] input[type='checkbox']").all()).slice(0, 2)) await box.check();
    await page.locator("form[action$='/invite'] button").click();
    await page.waitForLoadState();
    await page.locator("form[action$='/sessions/1'] input[type='checkbox']").first().check();
    await page.locator("form[action$='/sessions/1'] button").click();
    await page.waitForLoadState();
    await organiser.look();
    assert.match(await organiser.says(), /1\/1/);
    await organiser.go("/training/courses");
    // A course without a session is refused and comes back as it was.
    await organiser.go("/training/courses/new");
    await page.fill("#title", "Lớp");
    await page.evaluate(() => document.querySelector("main form").setAttribute("novalidate", ""));
    await page.locator("main form button").last().click();
    await page.locator("[role='alert']").waitFor();
    organiser.faults.length = 0;
    assert.equal(await page.inputValue("#title"), "Lớp");
    await organiser.look();
  }
});

test("each paper of a round has its file", async () => {
  const auditor = await house.person("auditor");
  const { page } = auditor;
  await auditor.go("/rounds");
  const files = new Set();
  for (const round of await auditor.links(/^\/rounds\/[0-9a-f-]{36}$/)) {
    await page.goto(round);
    const inside = await auditor.links(/^\/papers\/|^\/postings\/|^\/meetings\/|\/decisions\//);
    for (const address of [...inside, `${round}/certificates`]) {
      if (address.startsWith("/papers/")) {
        files.add(address);
        continue;
      }
      await page.goto(address);
      for (const file of await auditor.links(/^\/papers\//)) files.add(file);
    }
  }
  const kinds = new Map([...files].map((file) => [file.split("/")[2], file]));
  for (const kind of ["form", "posting", "minutes", "decision", "certificates"]) assert.ok(kinds.has(kind), kind);
  for (const file of kinds.values()) {
    const answer = await page.request.get(file);
    assert.equal(answer.status(), 200, file);
    assert.equal(answer.headers()["content-type"], "application/pdf", file);
    assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-", file);
  }
});
