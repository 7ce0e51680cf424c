/** The form in which token requests come (RFC 6749 §4 and appendix B). */
export const FORM_MEDIA_TYPE = 'application/x-www-form-urlencoded';
/** RFC 6749 §5.1. */
export const JSON_MEDIA_TYPE = 'application/json';
/** RFC 7517 §8.5. */
export const JWK_SET_MEDIA_TYPE = 'application/jwk-set+json';
