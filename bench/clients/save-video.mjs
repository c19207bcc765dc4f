export { VideosClient } from 'videos-client';
export { saveVideo } from 'videos-client/node';
