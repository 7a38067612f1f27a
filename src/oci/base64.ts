// base64 (RFC 4648, 4) of any text and bytes, beyond what atob and btoa take.

/** Of the text's UTF-8. */
export function encodeBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** Throws where it is none. */
export function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0))
}
