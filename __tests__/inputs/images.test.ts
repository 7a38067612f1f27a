// Names of images as people write them, and every mistake with its line.
import { expect, test } from '@jest/globals'
import { parseImages } from '../../src/inputs/images.ts'
import { DIGEST_RULE } from '../../src/oci/digest.ts'
import { formatRepository } from '../../src/oci/reference.ts'

const namesOf = (text: string) => parseImages(text).repositories.map(formatRepository)

// name, input, names
test.each<[string, string, string[]]>([
  ['one', 'ghcr.io/acme/app', ['ghcr.io/acme/app']],
  [
    'lines and commas',
    'ghcr.io/acme/app, acme/app\nquay.io/a/b',
    ['ghcr.io/acme/app', 'docker.io/acme/app', 'quay.io/a/b'],
  ],
  ['each once', 'acme/app\ndocker.io/acme/app', ['docker.io/acme/app']],
  ['lower-cased', 'ghcr.io/Acme/App', ['ghcr.io/acme/app']],
  ['a port', 'localhost:5000/app', ['localhost:5000/app']],
  ['attributes', 'name=ghcr.io/a/b,enable=true\nname=quay.io/a/b,enable=false', ['ghcr.io/a/b']],
  ['the name bare among attributes', 'ghcr.io/a/b,enable=true', ['ghcr.io/a/b']],
  ['attributes in any case', 'Name=a/b , Enable=true', ['docker.io/a/b']],
  ['nothing', '', []],
])('%s', (_, input, names) => {
  expect(namesOf(input)).toEqual(names)
})

test('says which names were lower-cased', () => {
  expect(parseImages('ghcr.io/Acme/App\nghcr.io/a/b').lowered).toEqual(['ghcr.io/Acme/App'])
})

const PARTS = 'Parts are lower-case letters and digits, with ".", "_", "__" or "-" between them.'
const ALONE = 'Write the image name alone, such as ghcr.io/acme/app.'

// input, the whole message
test.each<[string, string]>([
  [
    'ghcr.io/acme/app:1.0',
    `line 1: "ghcr.io/acme/app:1.0" is not an image reference: the tag "1.0" does not belong here, only the name. ${ALONE}`,
  ],
  [
    'acme/my app',
    `line 1: "acme/my app" is not an image reference: "my app" is not a part of a path. ${PARTS}`,
  ],
  ['name=a/b,enabled=true', 'line 1: "name=a/b,enabled=true" has an unknown attribute "enabled"'],
  ['name=a/b,enable=yes', 'line 1: "name=a/b,enable=yes": enable is neither true nor false'],
  ['a/b,enable=', 'line 1: "a/b,enable=": enable is neither true nor false'],
  ['name=a/b,enable=false', 'every image is disabled'],
  ['enable=true', 'line 1: "enable=true" names no image'],
  ['name=,enable=true', 'line 1: "name=,enable=true" names no image'],
  ['a/b,name=c/d', 'line 1: "a/b,name=c/d" has two values of name'],
  [
    'ok/ok\na//b, -x\nname=a/b,foo=1\n# fine\nc/d@sha256:0',
    [
      'line 2: "a//b" is not an image reference: a part of its path is empty',
      `line 2: "-x" is not an image reference: "-x" is not a part of a path. ${PARTS}`,
      'line 3: "name=a/b,foo=1" has an unknown attribute "foo"',
      `line 5: "c/d@sha256:0" is not an image reference: "sha256:0" is not a sha256 or sha512 digest. ${DIGEST_RULE}`,
    ].join('\n'),
  ],
])('refuses %j', (input, message) => {
  expect(() => parseImages(input)).toThrow(new Error(message))
})
