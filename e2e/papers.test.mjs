// What is set as PDF, as a reader sees it: on no page does a word lie on another or leave the page, and the letters come back
// out of it. The handbook, each report that can be made, each paper of a round and of support, in both languages.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { House } from "./house.mjs";

const PACK = "vn-2022-2026";
const COMMUNE = "vn-2026-04-30:03151";
const REPORTS = [
  "movement-poor", "movement-near-poor", "target-groups", "ethnic-groups", "summary-poor", "summary-near-poor",
  "final-results", "deprivations-poor", "deprivation-rates-poor", "children",
];
/** The mark across the papers of a demonstration is taller than any text, in points. */
const MARK = 30;

let house;

before(async () => {
  house = await House.open();
  await house.start();
});

after(() => house.close());

/** The pages of a PDF: their size, and the words with their boxes. */
function pages(pdf) {
  const told = execFileSync("pdftotext", ["-bbox", "-", "-"], { input: pdf, encoding: "utf8", maxBuffer: 1 << 28 });
  return [...told.matchAll(/<page width="([\d.]+)" height="([\d.]+)">(.*?)<\/page>/gs)].map(([, width, height, inside]) => {
    const boxes = inside.matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)<\/word>/g);
    const words = [...boxes].map(([, ...box]) => {
      const [left, top, right, bottom] = box.map(Number);
      return { left, top, right, bottom, text: box[4] };
    });
    return { width: Number(width), height: Number(height), words: words.filter((word) => word.bottom - word.top < MARK) };
  });
}

/** How much of the smaller of two words the other covers. */
function covered(one, other) {
  const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  const size = ({ left, top, right, bottom }) => (right - left) * (bottom - top);
  return wide > 0 && high > 0 ? (wide * high) / Math.min(size(one), size(other)) : 0;
}

/** The words of a page that lie on one another, or leave it. Letters may reach a little above and below their line. */
function faults({ width, height, words }) {
  const out = words.filter((word) => word.left < 0 || word.top < 0 || word.right > width || word.bottom > height);
  const found = out.map((word) => `${word.text} leaves the page`);
  const sorted = words.toSorted((one, other) => one.top - other.top);
  for (const [place, one] of sorted.entries()) {
    for (let next = place + 1; next < sorted.length && sorted[next].top < one.bottom; next++) {
      if (covered(one, sorted[next]) > 0.4) found.push(`${one.text} lies on ${sorted[next].text}`);
    }
  }
  return found;
}

/** A PDF can be read, page by page; its text. */
function readable(pdf, name) {
  const all = pages(pdf);
  assert.ok(all.length > 0, name);
  for (const [place, page] of all.entries()) assert.deepEqual(faults(page), [], `${name}, page ${place + 1}`);
  return all.flatMap((page) => page.words.map((word) => word.text)).join(" ");
}

test("words on one another are found, and words that leave the page", () => {
  const word = (text, left, top) => ({ text, left, top, right: left + 40, bottom: top + 12 });
  const page = { width: 100, height: 100, words: [word("một", 10, 10), word("hai", 20, 12), word("ba", 80, 40)] };
  assert.deepEqual(faults(page), ["ba leaves the page", "một lies on hai"]);
  assert.deepEqual(faults({ ...page, words: [word("một", 10, 10), word("hai", 10, 21)] }), []);
});

test("the handbook", () => {
  for (const [language, words] of [["vi", "hộ nghèo"], ["en", "poor household"]]) {
    house.run("handbook", "build", "--policy", PACK, "--lang", language, "--out", house.folder);
    const text = readable(readFileSync(join(house.folder, `handbook-${PACK}-${language}.pdf`)), `handbook, ${language}`);
    assert.ok(text.toLowerCase().includes(words), words);
  }
});

test("the reports and the briefing of a commune", async () => {
  const { page } = await house.person("officer");
  let made = 0;
  for (const language of ["vi", "en"]) {
    const files = [...REPORTS.map((report) => `reports/${report}?format=pdf`), "briefing"];
    for (const file of files) {
      const answer = await page.request.get(`/api/v1/areas/${COMMUNE}/${file}`, { headers: { "Accept-Language": language } });
      // What the register does not know is refused, and says so.
      if (answer.status() === 422) continue;
      assert.equal(answer.status(), 200, file);
      readable(await answer.body(), `${file}, ${language}`);
      made++;
    }
  }
  assert.ok(made >= 8, `${made} reports can be made`);
});

test("the papers of a round and of support", async () => {
  const { page, links } = await papers();
  const kinds = new Map(links.map((link) => [link.split("/")[2], link]));
  for (const kind of ["posting", "minutes", "decision", "certificates", "agreement", "statement"]) {
    assert.ok(kinds.has(kind), kind);
  }
  for (const link of kinds.values()) {
    const text = readable(await (await page.request.get(link)).body(), link);
    assert.match(text, /CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM|PHIẾU|Phiếu/, link);
  }
});

/** An auditor, and the papers that the pages of rounds and agreements lead to. */
async function papers() {
  const auditor = await house.person("auditor");
  const { page } = auditor;
  const links = new Set();
  const collect = async (address) => {
    await page.goto(address);
    for (const link of await auditor.links(/^\/papers\//)) links.add(link);
  };
  await auditor.open("/rounds");
  for (const round of await auditor.links(/^\/rounds\/[0-9a-f-]{36}$/)) {
    await collect(round);
    for (const inside of await auditor.links(/^\/postings\/|^\/meetings\/|\/decisions\//)) await collect(inside);
    await collect(`${round}/certificates`);
  }
  for (const state of ["owing", "running", "fulfilled"]) {
    await auditor.open(`/support/agreements?commune=${COMMUNE}&state=${state}`);
    const [agreement] = await auditor.links(/^\/support\/agreements\/[0-9a-f-]{36}$/);
    await collect(agreement);
  }
  return { page, links: [...links] };
}
