// What we write, as files to look at: a change of the text is a change of a file.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from '@jest/globals'

/** The file of that name under golden/ has this text. UPDATE_GOLDEN=1 writes it anew. */
export function expectGolden(name: string, text: string): void {
  const file = new URL(`golden/${name}`, import.meta.url)
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
}
