// The key. It lives in this tab alone, and goes out in a header only, never in an address.
const NAME = 'dromedary.key';

export const key = () => sessionStorage.getItem(NAME);
export const keep = value => sessionStorage.setItem(NAME, value);
export const forget = () => sessionStorage.removeItem(NAME);

/** The headers that show the key. */
export const headers = (value = key()) => ({ Authorization: `Bearer ${value}` });
