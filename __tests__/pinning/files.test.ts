// Which files are read, and how one pin gets into many of them.
import { describe, expect, test } from '@jest/globals'
import { listFiles } from '../../src/pinning/files.ts'
import { planPins, writePins } from '../../src/pinning/pin-files.ts'
import { fakeExec, MemoryFiles } from '../fakes/world.ts'
import { PIN } from './marked.ts'

const TREE = [
  'a.yaml',
  'k8s/b.yaml',
  'k8s/notes.md',
  '.github/workflows/ci.yaml',
  '.git/config.yaml',
  'sub/.git/x.yaml',
  'app/Dockerfile',
  'Dockerfile.yaml',
]

function folder(paths: readonly string[] = TREE, { git = true } = {}) {
  const files = new MemoryFiles(Object.fromEntries(paths.map((path) => [`./${path}`, path])))
  const exec = fakeExec(() => (git ? { stdout: [...paths].reverse().join('\0') } : { code: 128 }))
  return { files, exec }
}

describe('which files', () => {
  // name, globs, exclude, paths
  test.each<[string, string[], string[], string[]]>([
    [
      'never .git, .github and Dockerfiles only when named',
      ['**/*.yaml', '**/*'],
      [],
      ['a.yaml', 'k8s/b.yaml', 'k8s/notes.md'],
    ],
    ['.github when named', ['.github/**'], [], ['.github/workflows/ci.yaml']],
    ['Dockerfiles when named', ['**/Dockerfile*'], [], ['Dockerfile.yaml', 'app/Dockerfile']],
    ['Dockerfiles by a part of the name', ['**/*ockerfile'], [], ['app/Dockerfile']],
    [
      '.github within braces',
      ['{.github,k8s}/**/*.yaml'],
      [],
      ['.github/workflows/ci.yaml', 'k8s/b.yaml'],
    ],
    ['without what is excluded', ['**/*.yaml'], ['k8s/**'], ['a.yaml']],
  ])('%s', async (_, globs, exclude, paths) => {
    expect((await listFiles({ root: '.', files: globs, exclude }, folder())).paths).toEqual(paths)
  })

  test('git tells what is tracked', async () => {
    const ports = folder(['a.yaml'])
    ports.files.contents.set('./untracked.yaml', new Uint8Array())
    expect((await listFiles({ root: '.', files: ['**/*.yaml'] }, ports)).paths).toEqual(['a.yaml'])
    const [command] = ports.exec.commands
    expect(command).toMatchObject({ file: 'git', cwd: '.' })
    expect(command?.args.join(' ')).toContain('-c safe.directory=* -c core.fsmonitor=false')
  })

  test('without git the folders are walked', async () => {
    const ports = folder([...TREE, 'node_modules/x/y.yaml'], { git: false })
    const { paths } = await listFiles({ root: '.', files: ['**/*.yaml'] }, ports)
    expect(paths).toEqual(['a.yaml', 'k8s/b.yaml'])
  })

  test('links, and what lies behind one, are refused', async () => {
    const ports = folder(['a.yaml', 'k8s/b.yaml', 'k8s/deep/c.yaml'])
    await ports.files.link('/etc/passwd', './a.yaml')
    await ports.files.link('/elsewhere', './k8s')
    const { paths, refused } = await listFiles({ root: '.', files: ['**/*.yaml'] }, ports)
    expect(paths).toEqual([])
    expect(refused.map(({ path }) => path)).toEqual(['a.yaml', 'k8s/b.yaml', 'k8s/deep/c.yaml'])
  })

  test('a glob without a file is named', async () => {
    const { unmatched } = await listFiles({ root: '.', files: ['a.yaml', 'x/*'] }, folder())
    expect(unmatched).toEqual(['x/*'])
  })

  test.each(['../a.yaml', '/etc/*.yaml', 'a/../../b'])('%s is refused', async (glob) => {
    await expect(listFiles({ root: '.', files: [glob] }, folder())).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('leads out of the workspace'),
    })
  })
})

describe('one pin in many files', () => {
  const request = {
    root: '.',
    paths: ['a.yaml', 'b.yaml', 'c.yaml'],
    repositories: [{ registry: 'docker.io', path: 'library/nginx' }],
    pin: PIN,
  }
  const world = () =>
    new MemoryFiles({
      './a.yaml': 'image: nginx:1\nx: {image: docker.io/library/nginx}\n',
      './b.yaml': `image: nginx:9.9.9@${PIN.digest}\n`,
      './c.yaml': 'image: other/app:1\n',
    })

  test('says where the image is, changed or not', async () => {
    const { changes, found, refusals } = await planPins(request, { files: world() })
    expect(changes.map(({ path }) => path)).toEqual(['a.yaml'])
    expect(changes[0]?.replaced).toMatchObject([
      { line: 1, column: 8, from: 'nginx:1', to: `nginx:9.9.9@${PIN.digest}` },
      { line: 2 },
    ])
    expect([...found]).toEqual([
      ['a.yaml', 2],
      ['b.yaml', 1],
    ])
    expect(refusals).toEqual([])
  })

  test('the same change is made on another state of the file', async () => {
    const { changes } = await planPins(request, { files: world() })
    expect(changes[0]?.rewrite('# newer\nimage: nginx:2\n')).toBe(
      `# newer\nimage: nginx:9.9.9@${PIN.digest}\n`,
    )
    expect(changes[0]?.rewrite(`image: nginx:9.9.9@${PIN.digest}\n`)).toBeUndefined()
  })

  test('a file that changed meanwhile is not overwritten', async () => {
    const files = world()
    const { changes } = await planPins(request, { files })
    await files.write('./a.yaml', 'image: nginx:3\n')
    await expect(writePins(changes, { root: '.', files })).rejects.toMatchObject({
      message: 'Cannot write a.yaml: it changed while it was read',
    })
  })
})
