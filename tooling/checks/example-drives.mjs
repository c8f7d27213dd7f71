import { join } from 'node:path'

/** What is done with a page once it is open: by default it is waited for, until it says that it is done. */
export const drives = {
  wait: page => page.waitForSelector('[data-done=true]', { timeout: 60_000 }),

  /** Drops a folder, asks for photos like the first, and after a reload for those like the last; nothing may be sent. */
  async photoSearch(page, folder) {
    const sent = []
    page.on('request', request => {
      if (request.method() !== 'GET') sent.push(request.url())
      if (/^http/.test(request.url()) && !request.url().startsWith(new URL(page.url()).origin))
        sent.push(request.url())
    })
    await page.setInputFiles('input', join(folder, 'made'))
    await page.waitForSelector('[data-done=true]', { timeout: 120_000 })
    await page.click('#photos button >> nth=0')
    await page.waitForFunction(() => document.querySelector('output').textContent.startsWith('like beach'))
    await page.reload()
    await page.waitForSelector('[data-done=true]', { timeout: 30_000 })
    await page.click('#photos button >> nth=-1')
    await page.waitForFunction(() => document.querySelector('output').textContent.startsWith('like wood'))
    if (sent.length > 0) throw new Error(`it asked elsewhere: ${sent.join(', ')}`)
  },
}
