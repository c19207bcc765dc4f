// app/api/videos/v1/result/[id]/route.ts
export { proxy as GET } from '@/videos-proxy';
