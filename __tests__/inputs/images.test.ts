import { expect, test } from '@jest/globals'
import { parseImages } from '../../src/inputs/images.ts'
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
  ['nothing', '', []],
])('%s', (_, input, names) => {
  expect(namesOf(input)).toEqual(names)
})

test('says which names were lower-cased', () => {
  expect(parseImages('ghcr.io/Acme/App\nghcr.io/a/b').lowered).toEqual(['ghcr.io/Acme/App'])
})

// name, input, part of the message
test.each<[string, string, RegExp]>([
  ['a tag', 'ghcr.io/acme/app:1.0', /tag/],
  ['a space', 'ghcr.io/acme/my app', /my app/],
  ['an unknown attribute', 'name=a/b,enabled=true', /unknown attribute "enabled"/],
  ['a third value of enable', 'name=a/b,enable=yes', /enable is neither true nor false/],
  ['all disabled', 'name=a/b,enable=false', /every image is disabled/],
  ['no name', 'enable=true', /names no image/],
])('refuses %s', (_, input, message) => {
  expect(() => parseImages(input)).toThrow(message)
})
