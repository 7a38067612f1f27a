// What a new operation, rule or error code must bring along; a step forgotten is named.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ERROR_CODES } from '../src/errors.ts'
import { OPERATIONS } from '../src/operations/index.ts'
import type { Operation } from '../src/operations/operation.ts'
import { TAG_RULES } from '../src/tags/rules/index.ts'

const ROOT = new URL('..', import.meta.url).pathname

/** A file's text; undefined when it is not there. */
type Read = (path: string) => string | undefined

const readTree: Read = (path) =>
  existsSync(ROOT + path) ? readFileSync(ROOT + path, 'utf8') : undefined

interface ActionFile {
  readonly inputs: Record<string, { description: string }>
  readonly outputs: Record<string, { description: string }>
  readonly runs: { readonly using: string; readonly main: string }
}

/** The steps that an operation lacks, in words. */
function forgottenSteps({ name, inputs, outputs }: Operation, read: Read): string[] {
  const folder = name === 'release' ? '' : `${name}/`
  const action = read(`${folder}action.yml`)
  if (!action) return [`${name}: run npm run generate for ${folder}action.yml`]
  const { runs, ...described }: ActionFile = parse(action)
  const readme = read(`${folder}README.md`) ?? ''
  const main = `${folder ? '../' : ''}dist/main/${name}.js`
  const checks: readonly [boolean, string][] = [
    [same(described.inputs, inputs) && same(described.outputs, outputs), 'run npm run generate'],
    [runs.using === 'node24' && runs.main === main, `runs.main is not ${main}`],
    [
      read(`src/main/${name}.ts`)?.includes(`await run('${name}')`) ?? false,
      'write its stub in src/main',
    ],
    [read(`dist/main/${name}.js`) !== undefined, 'run npm run build'],
    [read(`__tests__/operations/${name}.test.ts`) !== undefined, 'write its test'],
    ...['inputs', 'outputs', 'permissions'].map((kind): [boolean, string] => [
      readme.includes(`<!-- generated: ${kind} of ${name} -->`),
      `give ${folder}README.md its table of ${kind}`,
    ]),
  ]
  return checks.filter(([isDone]) => !isDone).map(([, step]) => `${name}: ${step}`)
}

function same(described: Record<string, unknown>, own: Record<string, unknown>): boolean {
  return JSON.stringify(Object.keys(described)) === JSON.stringify(Object.keys(own))
}

describe('operations', () => {
  test.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
    '%s is complete',
    (_, operation) => {
      expect(forgottenSteps(operation, readTree)).toEqual([])
    },
  )

  test.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
    '%s speaks in sentences',
    (_, { summary, inputs, outputs }) => {
      const sentences = [
        summary,
        ...Object.values(inputs).map((field) => field.summary),
        ...Object.values(outputs),
      ]
      expect(sentences.filter((sentence) => !/^[A-Z`][\s\S]*[.]$/.test(sentence))).toEqual([])
    },
  )

  const [release] = OPERATIONS

  // the file that is missing or wrong, what it holds, the step that is named
  test.each<[string, string | undefined, string]>([
    ['action.yml', undefined, 'release: run npm run generate for action.yml'],
    [
      'action.yml',
      'inputs: {}\noutputs: {}\nruns: {using: node24, main: dist/main/release.js}',
      'release: run npm run generate',
    ],
    ['src/main/release.ts', "await run('promote')", 'release: write its stub in src/main'],
    ['dist/main/release.js', undefined, 'release: run npm run build'],
    ['__tests__/operations/release.test.ts', undefined, 'release: write its test'],
  ])('without %s (%#) the step is named', (path, content, step) => {
    const read: Read = (asked) => (asked === path ? content : readTree(asked))
    expect(release && forgottenSteps(release, read)).toEqual([step])
  })
})

describe('tag rules', () => {
  const files = readdirSync(`${ROOT}src/tags/rules`).map((file) => file.replace(/\.ts$/, ''))

  test('every rule file is listed, and every listed rule has its file', () => {
    const listed = TAG_RULES.map(({ type }) => type).sort()
    expect(files.filter((file) => file !== 'index').sort()).toEqual(listed)
  })
})

describe('error codes', () => {
  const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'errors.ts')
    .map((file) => readFileSync(`${ROOT}src/${file}`, 'utf8'))
    .join('\n')

  test.each(Object.keys(ERROR_CODES))('%s is thrown somewhere', (code) => {
    expect(sources).toContain(`'${code}'`)
  })
})
