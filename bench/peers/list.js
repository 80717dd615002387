// The peer of the signed-in list: Fastify with better-sqlite3 giving the same reply from the same rows, in the clear.
//
//     node bench/peers/list.js PORT DATABASE
//
// It looks the session up by the hash of the cookie, reads the newest 20 songs and the cursor, and writes the JSON
// with a schema, which is Fastify's quickest way.
'use strict';
const crypto = require('crypto');
const Database = require('better-sqlite3');
const fastify = require('fastify')({ logger: false });

const [, , port, file] = process.argv;
const db = new Database(file, { readonly: true });
const session = db.prepare('SELECT account FROM session WHERE hash = ? AND expires > ?');
const songs = db.prepare('SELECT id, title, prompt, parent, folder, favourite, state, length_ms, created_ms, engine, seed ' +
    'FROM song WHERE account = ? AND id < ? AND trashed = 0 ORDER BY id DESC LIMIT 21');

const text = { type: 'string' }, number = { type: 'integer' }, maybe = { type: ['string', 'null'] };
const schema = {
    response: {
        200: {
            type: 'object',
            properties: {
                songs: {
                    type: 'array',
                    items: {
                        type: 'object',
                        properties: {
                            id: text, state: text, title: text, prompt: text, parent: maybe, folder: maybe, favourite: { type: 'boolean' },
                            length_ms: number, created_ms: number, engine: text, seed: number,
                        },
                    },
                },
                cursor: maybe,
            },
        },
    },
};

fastify.get('/api/v1/songs', { schema }, (request, reply) => {
    const cookie = /(?:^|; )__Host-sid=([^;]+)/.exec(request.headers.cookie || '');
    const row = cookie && session.get(crypto.createHash('blake2b512').update(cookie[1]).digest(), Date.now());
    if (!row) return reply.code(401).send({});
    const list = songs.all(row.account, '9');
    const more = list.length > 20;
    if (more) list.pop();
    for (const song of list) song.favourite = song.favourite === 1;
    return { songs: list, cursor: more ? list[list.length - 1].id : null };
});

fastify.listen({ port: Number(port), host: '127.0.0.1' }).then(() => console.log('up'));
