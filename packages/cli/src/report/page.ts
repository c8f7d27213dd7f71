/** Text as HTML shows it: nothing in it is markup. */
export function escapeText(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, character => entities[character])
}

/** Markup that has been made safe, apart from texts that have not. */
export interface Markup {
  readonly html: string
}

/** A heading with what stands under it. */
export function section(title: string, ...parts: readonly (string | Markup)[]): Markup {
  const body = parts.map(part => (typeof part === 'string' ? `<p>${escapeText(part)}</p>` : part.html))
  return { html: `<section><h2>${escapeText(title)}</h2>${body.join('\n')}</section>` }
}

/** A table; the first row is its head. */
export function table(rows: readonly (readonly string[])[]): Markup {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map(cell => `<${tag}>${escapeText(cell)}</${tag}>`).join('')}</tr>`
  const [head, ...body] = rows
  return { html: `<table>${line(head, 'th')}${body.map(row => line(row, 'td')).join('')}</table>` }
}

/** One file that needs no other: no script, and a policy that loads nothing but pictures within it. */
export function page(title: string, sections: readonly Markup[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeText(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { padding: 0.1rem 0.8rem 0.1rem 0; text-align: left; font-variant-numeric: tabular-nums; }
figure { display: inline-block; margin: 0.2rem; text-align: center; font-size: 0.7rem; }
figure img { width: 64px; height: 64px; object-fit: contain; image-rendering: pixelated; display: block; }
.query img { outline: 2px solid; }
svg { max-width: 100%; height: auto; }
</style>
</head>
<body>
<h1>${escapeText(title)}</h1>
${sections.map(({ html }) => html).join('\n')}
</body>
</html>
`
}
