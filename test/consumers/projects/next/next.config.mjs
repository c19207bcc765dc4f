/** @type {import('next').NextConfig} */
export default {
  // Redirects the client's requests to …/v1/result/id/.
  trailingSlash: true,
  reactStrictMode: true,
  turbopack: { root: import.meta.dirname },
};
