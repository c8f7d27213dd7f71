import { ChiaroError } from '@chiaro/core'
import { type Command, Option } from 'commander'
import * as z from 'zod/mini'

/** How a file of text is to be read, where it is not as most are. */
export interface TextFlags {
  readonly delimiter?: string
  readonly quotes?: 'none' | 'fields'
  readonly encoding?: string
}

/** What `run.json` keeps of them. */
export const storedTextFlags = {
  delimiter: z.optional(z.string()),
  quotes: z.optional(z.enum(['none', 'fields'])),
  encoding: z.optional(z.string()),
}

/** Adds the flags to a command that reads CSV or TSV. */
export function textFlags(command: Command): Command {
  return command
    .option(
      '--delimiter <text>',
      "what parts columns: ';', '\\t', … (default: a tab for .tsv and .tab, else a comma)",
      text => text.replaceAll('\\t', '\t'),
    )
    .addOption(
      new Option(
        '--quotes <meaning>',
        'quotes are letters, or hold fields (default: letters between tabs)',
      ).choices(['none', 'fields']),
    )
    .option('--encoding <name>', 'windows-1252, utf-16le, … (default: UTF-8, or what a byte order mark says)')
}

/** The flags that were given, of all there are. */
export function givenTextFlags({ delimiter, quotes, encoding }: TextFlags): TextFlags {
  return { delimiter, quotes, encoding }
}

/** @throws ChiaroError ('data') for a flag of them that was given beside what is no text */
export function refuseTextFlags({ delimiter, quotes, encoding }: TextFlags, beside: string): void {
  for (const [flag, value] of Object.entries({ delimiter, quotes, encoding })) {
    if (value === undefined) continue
    throw new ChiaroError('data', `--${flag} belongs to CSV and TSV, got one beside ${beside}`, `--${flag}`)
  }
}
