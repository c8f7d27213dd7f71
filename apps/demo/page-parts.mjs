// What pages of the demo have in common, each under the comment that stands for it: <!-- head -->.
import { existsSync } from 'node:fs'
import { icon } from './icon.mjs'

const pages = [
  ['index.html', 'Density'],
  ['simclr.html', 'SimCLR'],
  ['clip.html', 'CLIP'],
  ['backends.html', 'Backends'],
].filter(([page]) => existsSync(new URL(page, import.meta.url)))

const head = `<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="${icon}" />
    <link rel="stylesheet" href="/src/styles.css" />`

const header = page => `<header class="top">
      <a class="wordmark" href="./index.html"><span class="moon" aria-hidden="true"></span>Chiaro</a>
      <nav aria-label="Labs">
        ${pages
          .map(([file, name]) => {
            const current = file === page ? ' aria-current="page"' : ''
            return `<a href="./${file}"${current}>${name}</a>`
          })
          .join('\n        ')}
      </nav>
    </header>`

const steps = `<div class="pair">
            <label>Steps <input type="number" name="steps" /></label>
            <label>Seed <input type="number" name="seed" /></label>
          </div>`

const buttons = `<div class="buttons">
          <button type="submit" class="primary" id="run" disabled>Starting…</button>
          <button type="button" id="reset" disabled>Reset</button>
          <button type="button" id="save" disabled>Save run</button>
          <button type="button" id="open" disabled>Open run</button>
          <input type="file" id="run-file" accept=".zip" hidden aria-label="Run file" />
        </div>
        <p class="error" id="error" role="alert"></p>`

const parts = { head: () => head, header, steps: () => steps, buttons: () => buttons }

/** A page with what its comments stand for. */
export const withParts = (html, page) =>
  html.replace(/<!-- (\w+) -->/g, (comment, name) => parts[name]?.(page) ?? comment)
