/** What is the same in every composition. */
const ASCII = /^[\0-\x7f]*$/;

/** RFC 8265: one and the same text, however a keyboard has composed its letters. */
export const canonical = (text: string): string => (ASCII.test(text) ? text : text.normalize("NFC"));
