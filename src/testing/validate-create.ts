// The create endpoint's documented validation, with its documented error bodies.

import { parseJson } from '../internal/read-reply.ts';
import { parseUrl } from '../internal/url.ts';
import type { CreateVideoRequest } from '../options/create-options.ts';
import { type EmulatorReply, jsonReply } from './emulator-reply.ts';

const REQUIRED = ['model', 'prompt', 'duration'];
const FRAMES = ['first_image', 'last_image'];
const MAX_REFERENCES = { referenceImages: 9, referenceVideos: 3, referenceAudios: 3 };

/** Ratios of every model, and those of `videos` alone. */
const RATIOS = ['16:9', '9:16', '1:1'];
const MORE_RATIOS = ['21:9', '4:3', '3:4'];

const isUrl = (value: unknown) => typeof value === 'string' && parseUrl(value) !== null;
const isMissing = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** What is wrong with the fields, in the service's language; null if they are right. */
function problemWith(fields: Record<string, unknown>): string | null {
  const { model, prompt, duration, ratio, resolution } = fields;
  const maxPrompt = String(model).startsWith('videos_stable') ? 5_000 : 1_500;
  const ratios = model === 'videos' ? [...RATIOS, ...MORE_RATIOS] : RATIOS;
  const has = (name: string) => !isMissing(fields[name]);
  const references = Object.entries(MAX_REFERENCES).filter(([name]) => has(name));

  if (typeof model !== 'string') return 'model 必须是字符串';
  if (typeof prompt !== 'string') return 'prompt 必须是字符串';
  if ([...prompt].length > maxPrompt) return `prompt 不能超过 ${maxPrompt} 个字符`;
  if (!Number.isInteger(duration) || Number(duration) < 4 || Number(duration) > 15) {
    return 'duration 必须是 4 到 15 之间的整数';
  }
  if (has('ratio') && !ratios.includes(ratio as string)) return `ratio 必须是 ${ratios.join('、')} 之一`;
  if (has('resolution') && resolution !== '720p') return 'resolution 必须是 720p';
  for (const name of FRAMES) {
    if (has(name) && !isUrl(fields[name])) return `${name} 必须是图片的 URL`;
  }
  if (FRAMES.filter(has).length === 1) return 'first_image 和 last_image 必须同时提供';
  if (FRAMES.some(has) && references.length > 0) return '首尾帧不能与参考素材同时使用';
  for (const [name, max] of references) {
    const urls = fields[name];
    if (!Array.isArray(urls) || !urls.every(isUrl)) return `${name} 必须是 URL 数组`;
    if (urls.length > max) return `${name} 最多 ${max} 个`;
  }
  return null;
}

/** The request; or the reply that refuses it. */
export function validateCreate(
  body: string,
): { readonly request: CreateVideoRequest } | { readonly refusal: EmulatorReply } {
  const json = parseJson(body);
  if (json === undefined) {
    return { refusal: jsonReply(200, { code: -1, msg: '请求体不是有效的 JSON', data: null }) };
  }
  const fields: Record<string, unknown> = Object(json);
  const missing = REQUIRED.find((name) => isMissing(fields[name]));
  if (missing !== undefined) return { refusal: jsonReply(400, { msg: `缺少必填参数: ${missing}` }) };
  const problem = problemWith(fields);
  if (problem !== null) return { refusal: jsonReply(200, { code: 1001, msg: problem, data: null }) };
  return { request: fields as CreateVideoRequest };
}
