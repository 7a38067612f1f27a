// The annotation keys of the image-spec (annotations.md, "Pre-Defined Annotation Keys"), which are
// used as labels too.

export const ANNOTATION_PREFIX = 'org.opencontainers.image.'

export const REVISION = `${ANNOTATION_PREFIX}revision`

export const VERSION = `${ANNOTATION_PREFIX}version`

export const REFERENCE_NAME = `${ANNOTATION_PREFIX}ref.name`
