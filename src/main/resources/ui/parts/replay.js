// The same request as code. Prompts are not kept, so a sample stands where the client's own was.
import { html, useState } from '../vendor/preact.js';
import { gateway } from '../places.js';
import { Code } from './code.js';

const PROMPT = 'hello';
const quoted = text => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const json = { headers: ['Content-Type: application/json'] };

/** The body of a request to that path, as an object. */
function bodyOf({ path, model, stream }) {
  const more = stream ? { stream: true } : {};
  if (path.endsWith('/embeddings')) return { model, input: PROMPT };
  if (path.endsWith('/responses')) return { model, input: PROMPT, ...more };
  if (path.endsWith('/messages')) return { model, max_tokens: 200, messages: [{ role: 'user', content: PROMPT }], ...more };
  if (path.endsWith('/chat/completions')) return { model, messages: [{ role: 'user', content: PROMPT }], ...more };
  return { model, prompt: PROMPT, ...more };
}

const base = () => gateway('').href.replace(/\/$/, '');

function curl(replay) {
  const address = base() + replay.path;
  const key = '-H "Authorization: Bearer $LITELLM_MASTER_KEY"';
  if (replay.method !== 'POST') return `curl ${replay.method === 'GET' ? '' : `-X ${replay.method} `}${quoted(address)} \\\n  ${key}`;
  return `curl ${replay.stream ? '-N ' : ''}${quoted(address)} \\\n  ${key} \\\n  ${json.headers.map(one => `-H ${quoted(one)}`).join(' ')} \\\n  -d ${
    quoted(JSON.stringify(bodyOf(replay)))}`;
}

const openai = ({ model, stream }) => `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: ${JSON.stringify(`${base()}/v1`)},
  apiKey: process.env.LITELLM_MASTER_KEY,
});
${stream ? `const stream = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: '${PROMPT}' }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');`
    : `const answer = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: '${PROMPT}' }],
});
console.log(answer.choices[0].message.content);`}
`;

const aiSdk = ({ model, stream }) => `import { createOpenAI } from '@ai-sdk/openai';
import { ${stream ? 'streamText' : 'generateText'} } from 'ai';

const openai = createOpenAI({
  baseURL: ${JSON.stringify(`${base()}/v1`)},
  apiKey: process.env.LITELLM_MASTER_KEY,
});
${stream ? `const { textStream } = streamText({ model: openai.chat(${JSON.stringify(model)}), prompt: '${PROMPT}' });
for await (const text of textStream) process.stdout.write(text);`
    : `const { text } = await generateText({ model: openai.chat(${JSON.stringify(model)}), prompt: '${PROMPT}' });
console.log(text);`}
`;

const FORMS = { curl: ['curl', curl], openai: ['OpenAI SDK', openai], ai: ['AI SDK', aiSdk] };

/** Shows the same request as curl and, for chat, as code. */
export function Replay({ replay }) {
  const [form, setForm] = useState('curl');
  if (!replay?.model && replay?.method === 'POST') return null;
  const forms = Object.entries(FORMS).filter(([name]) => name === 'curl' || (replay.operation === 'chat' && replay.model));
  return html`
    <section class="card" aria-labelledby="again">
      <div class="row apart"><h2 id="again">The same request once more</h2>
        <div class="choices" role="group" aria-label="As">
          ${forms.map(([name, [title]]) => html`
            <button type="button" aria-pressed=${name === form ? 'true' : 'false'} onClick=${() => setForm(name)}>${title}</button>`)}
        </div></div>
      <p class="small soft">The gateway keeps no prompt, so “${PROMPT}” stands in its place.</p>
      <${Code} title=${FORMS[form][0]} text=${FORMS[form][1](replay)} />
    </section>`;
}
