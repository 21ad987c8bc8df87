// What several clients ask, and how it is found again in what the upstream was asked.

/** A picture of one dot: a PNG in Base64. */
export const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** Two calls in one answer. */
export const WEATHER = [['weather', { city: 'Oslo' }], ['weather', { city: 'Rome' }]];

/** What the tools return to each call of WEATHER. */
export const SUNNY = ['sunny in Oslo', 'sunny in Rome'];

/** The roles of a request's messages, without the system's. */
export const roles = request => request.messages.map(message => message.role).filter(role => role !== 'system');

/** The first picture in a request's messages. */
export const pictureIn = request => request.messages
  .flatMap(message => (Array.isArray(message.content) ? message.content : []))
  .find(part => part.type === 'image_url')?.image_url.url;

/** The text of a message. */
export const textOf = message => (Array.isArray(message.content)
  ? message.content.map(part => part.text ?? '').join('') : message.content ?? '');
