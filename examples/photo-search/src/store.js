// What the page keeps, in the origin's private file system: small copies of the photos, what was learned, and where each
// photo lies in it. Nothing of it leaves the browser.
const folder = () => navigator.storage.getDirectory()

/** Writes a file whole. */
export async function keep(name, content) {
  const handle = await (await folder()).getFileHandle(name, { create: true })
  const writable = await handle.createWritable()
  await writable.write(content)
  await writable.close()
}

/** A kept file, or undefined. */
export async function kept(name) {
  try {
    return await (await (await folder()).getFileHandle(name)).getFile()
  } catch (error) {
    if (error.name === 'NotFoundError') return undefined
    throw error
  }
}

export async function forget() {
  for (const name of ['index.json', 'pictures.bin', 'vectors.bin', 'model.zip'])
    await (await folder()).removeEntry(name).catch(() => {})
}
