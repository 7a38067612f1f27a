// A block reduced to one line, for bodies that are too long.
import { escapeCode, escapeText } from './escape.ts'
import { parseRecord, renderRecord } from './record.ts'

const MAX_TITLE_CHARACTERS = 200

/**
 * Image, digest, tags and their record stay; the platforms go, as the registry still knows them.
 */
export function foldBlock(content: string): string {
  const record = parseRecord(content)
  if (record) {
    const { image, digest, version = '', variant = '' } = record
    const name = [escapeCode(`${image}@${digest}`), escapeText(version), escapeText(variant)]
    return [...name, renderRecord({ ...record, platforms: {} })].filter(Boolean).join(' ')
  }
  const title = content.split('\n').find((line) => line.trim() !== '') ?? ''
  return escapeText(title.slice(0, MAX_TITLE_CHARACTERS))
}
