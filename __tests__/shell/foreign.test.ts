// Output of others: passed on by lines, and no secret in it, however it comes in parts.
import { Writable } from 'node:stream'
import { expect, test } from '@jest/globals'
import { foreignOutput } from '../../src/shell/foreign.ts'
import { Secrets } from '../../src/shell/secrets.ts'

function pass(secrets: readonly string[], chunks: readonly string[]): string[] {
  const written: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      written.push(String(chunk))
      done()
    },
  })
  const known = new Secrets()
  for (const secret of secrets) known.add(secret)
  const output = foreignOutput(stream, known)
  for (const chunk of chunks) output.write(Buffer.from(chunk))
  output.end()
  return written
}

// name, secrets, chunks as they come, what is written
test.each<[string, string[], string[], string[]]>([
  ['whole lines at once', [], ['a\nb\n'], ['a\nb\n']],
  ['the end of a line when it is there', [], ['a', 'b\nc', '\n'], ['ab\n', 'c\n']],
  ['a last line without its end', [], ['a\nb'], ['a\n', 'b\n']],
  ['nothing', [], [], []],
  ['a secret that comes in two parts', ['hunter22'], ['x hunt', 'er22\n'], ['x ***\n']],
])('passes on %s', (_, secrets, chunks, written) => {
  expect(pass(secrets, chunks)).toEqual(written)
})

test('a character that comes in two parts stays one', () => {
  const bytes = Buffer.from('ü\n')
  const written: Buffer[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      written.push(chunk)
      done()
    },
  })
  const output = foreignOutput(stream, new Secrets())
  output.write(bytes.subarray(0, 1))
  output.write(bytes.subarray(1))
  expect(Buffer.concat(written).toString()).toBe('ü\n')
})

test('a secret where an endless line is cut', () => {
  const written = pass(['hunter22'], ['x'.repeat(70_000), 'hunt', 'er22'])
  expect(written.join('')).toBe(`${'x'.repeat(70_000)}***\n`)
})

test('an endless line does not wait for its end', () => {
  expect(pass([], ['x'.repeat(70_000)])).toHaveLength(1)
})
