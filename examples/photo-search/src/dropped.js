/** Every file of what was dropped, with those of folders, as an input with `webkitdirectory` would give them. */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry()).filter(Boolean)
  const files = []
  const visit = async entry => {
    if (entry.isFile) return files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)))
    const reader = entry.createReader()
    // A reader gives a hundred at a time, until it gives none.
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
      if (some.length === 0) return
      for (const inner of some) await visit(inner)
    }
  }
  for (const entry of entries) await visit(entry)
  return files
}
