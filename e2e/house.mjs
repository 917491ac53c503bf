// What the tests of the browser stand on: a demonstration in a folder that goes away, people who sign in, and a look at
// each page for whoever cannot see it or has no mouse (axe).

import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";

const VUON = process.env.VUON ?? join(import.meta.dirname, "../target/debug/vuon");
/** A server of PostgreSQL: each demonstration is in a database of its own there, else in a file. */
const POSTGRES = process.env.VUON_TEST_POSTGRES;
const PASSWORD = "vuon-demo-2026";
/** Screenshots of all pages, for somebody to look at. */
const PICTURES = process.env.VUON_PICTURES ?? join(dirname(VUON), "../pictures");

/** How many pictures were taken. */
let pictures = 0;

export const LAPTOP = { width: 1366, height: 768 };
export const PHONE = { width: 360, height: 740 };

function freePort() {
  return new Promise((resolve) => {
    const listener = createServer();
    listener.listen(0, "127.0.0.1", () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });
}

function onServer(sql) {
  execFileSync("psql", ["--quiet", "--command", sql, POSTGRES]);
}

/** A demonstration and a browser. */
export class House {
  static async open() {
    const house = new House();
    house.given = new Map();
    house.folder = mkdtempSync(join(tmpdir(), "vuon-e2e-"));
    house.environment = { ...process.env };
    if (POSTGRES) {
      house.database = `vuon_e2e_${process.pid}_${Date.now()}`;
      onServer(`CREATE DATABASE ${house.database}`);
      house.environment.VUON_DATABASE = POSTGRES.replace(/[^/]*$/, house.database);
    }
    house.base = `http://127.0.0.1:${await freePort()}`;
    house.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    mkdirSync(PICTURES, { recursive: true });
    return house;
  }

  /** Starts the server, on the day it stood or some days later, and waits until it answers. */
  async start(daysLater = 0) {
    const listen = this.base.replace("http://", "");
    const later = daysLater ? ["--days-later", String(daysLater)] : [];
    this.said = "";
    const words = ["serve", "--demo", "--data-dir", this.folder, "--listen", listen, ...later];
    this.server = spawn(VUON, words, { env: this.environment });
    this.server.stdout.on("data", (text) => (this.said += text));
    this.server.stderr.on("data", (text) => (this.said += text));
    for (let tries = 0; tries < 600; tries++) {
      assert.equal(this.server.exitCode, null, this.said);
      const ready = await fetch(`${this.base}/readyz`).then((answer) => answer.ok, () => false);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail(`the server did not start: ${this.said}`);
  }

  /** Asks the server to stop, as a machine that shuts down does. */
  async stop() {
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGTERM");
    assert.equal(await ended, 0, this.said);
  }

  async close() {
    await this.browser.close();
    if (this.server.exitCode === null) await this.stop();
    rmSync(this.folder, { recursive: true });
    if (this.database) onServer(`DROP DATABASE ${this.database} WITH (FORCE)`);
  }

  /** Runs the command on the house's register; what it prints. */
  command(...words) {
    return this.run(...words, "--data-dir", this.folder);
  }

  /** Runs the command; what it prints. */
  run(...words) {
    return execFileSync(VUON, words, { encoding: "utf8", env: this.environment }).trim();
  }

  /** Somebody who signs in, with the second factor where the account has one. */
  async person(login, { viewport = LAPTOP, language = "vi", scripts = true } = {}) {
    const person = await this.guest(login, { viewport, scripts });
    const { page } = person;
    await page.goto(`/sign-in?lang=${language}`);
    await page.fill("#login", login);
    await page.fill("#password", PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    if (["chair", "province", "admin"].includes(login)) {
      await page.goto("/sign-in/code");
      await page.fill("#code", await this.newCode(login));
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname !== "/sign-in/code");
    }
    return person;
  }

  /** The code of somebody's second factor now. */
  code(login) {
    return this.command("register", "code", login).match(/\d{6}/)[0];
  }

  /** A code nobody has given yet: each is good once, so whoever signs in twice in half a minute waits for the next. */
  async newCode(login) {
    while (this.code(login) === this.given.get(login)) await new Promise((resolve) => setTimeout(resolve, 1000));
    this.given.set(login, this.code(login));
    return this.given.get(login);
  }

  /** A browser in which nobody has signed in. */
  async guest(name, { viewport = LAPTOP, scripts = true } = {}) {
    const context = await this.browser.newContext({
      viewport,
      baseURL: this.base,
      javaScriptEnabled: scripts,
      locale: "vi-VN",
    });
    const page = await context.newPage();
    const faults = [];
    page.on("pageerror", (fault) => faults.push(String(fault)));
    page.on("console", (line) => {
      // A picture hides the caret by a style of its own, which the page's rules refuse, and say so.
      const ofPictures = line.text().includes("inline style");
      if (line.type() === "error" && !ofPictures) faults.push(line.text());
    });
    return new Person(page, name, faults);
  }
}

/** Somebody at a browser. */
class Person {
  constructor(page, login, faults) {
    Object.assign(this, { page, login, faults });
  }

  /** Opens a page that says no, with this status, and looks at it. */
  async refused(address, status) {
    const answer = await this.page.goto(address);
    assert.equal(answer.status(), status, address);
    // The browser tells of the status as of a fault.
    this.faults.length = 0;
    await this.look();
  }

  /** Goes on by the key Tab alone until something that matches has the focus. */
  async tabTo(selector) {
    for (let presses = 0; presses < 300; presses++) {
      if (await this.page.evaluate((what) => document.activeElement?.matches(what) ?? false, selector)) return;
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`${selector} is not reached by the keyboard on ${this.page.url()}`);
  }

  /** Opens a page. */
  async open(address) {
    const answer = await this.page.goto(address);
    assert.ok(answer.status() < 400, `${address}: ${answer.status()}`);
  }

  /** Opens a page and looks at it. */
  async go(address) {
    await this.open(address);
    await this.look();
  }

  /** Reads on in this language, on this screen. */
  async reads({ language, viewport = LAPTOP }) {
    await this.page.setViewportSize(viewport);
    await this.page.goto(`/account?lang=${language}`);
  }

  /** A form by the end of its address, unfolded. */
  async form(ending) {
    const form = this.page.locator(`main form[action$='${ending}']`).first();
    await form.evaluate((form) => {
      for (let around = form; around; around = around.parentElement) {
        if (around instanceof HTMLDetailsElement) around.open = true;
      }
    });
    return form;
  }

  /** Shows what is folded away. */
  async unfold() {
    await this.page.evaluate(() => document.querySelectorAll("main details").forEach((fold) => (fold.open = true)));
  }

  /** Sends a form by its button: nothing was in the way. */
  async send(form) {
    const loaded = this.page.waitForEvent("load");
    await form.locator("button[type='submit']").last().click();
    await loaded;
    const refusals = await this.page.locator("main [role='alert']").allInnerTexts();
    if (refusals.length) this.faults.length = 0;
    assert.deepEqual(refusals, [], this.page.url());
  }

  /** What the page says. */
  says() {
    return this.page.locator("body").innerText();
  }

  /** What the page says of one thing: the facts with this name. */
  fact(name) {
    return this.page.locator("main dl div", { has: this.page.locator("dt").getByText(name, { exact: true }) }).locator("dd").first();
  }

  /** The cells of the table with this caption, row by row. */
  async table(caption) {
    const rows = this.page.getByRole("table", { name: caption, exact: true }).locator("tbody tr");
    return rows.evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
  }

  /** The page can be used by everybody, is no wider than the screen, and nothing failed on it. */
  async look() {
    const { violations } = await new AxeBuilder({ page: this.page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
      .analyze();
    const told = violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)}`));
    assert.deepEqual(told, [], `${this.page.url()} as ${this.login}`);
    const [page, screen] = await this.page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert.ok(page <= screen, `${this.page.url()} is ${page} wide on a screen of ${screen}`);
    assert.deepEqual(this.faults, [], this.page.url());
    const language = await this.page.locator("html").getAttribute("lang");
    const name = new URL(this.page.url()).pathname.replace(/[0-9a-f-]{36}/g, "x").replace(/[/:]/g, "-");
    const path = join(PICTURES, `${this.login}-${language}-${screen}-${++pictures}${name}.png`);
    await this.page.screenshot({ path, fullPage: true });
  }

  /** The addresses of links in the main part of the page that match. */
  async links(pattern) {
    const all = await this.page.locator("main a").evaluateAll((list) => list.map((a) => a.getAttribute("href")));
    return all.filter((address) => pattern.test(address));
  }
}
