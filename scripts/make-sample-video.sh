#!/bin/sh
# Draws the sample video of the testing kit and writes it twice: as an MP4, and as a module that holds it in base64,
# so that the kit works where there is no file system. Needs ffmpeg with libx264.
set -eu
cd "$(dirname "$0")/../src/testing"

# The sun crosses the sky in five seconds, over waves that carry its reflection.
sun="st(2,W*(0.12+0.152*T));st(3,H*(0.66-0.46*sin(PI*T/5)));st(0,hypot(X-ld(2),Y-ld(3))/H)"
sea="st(1,H*0.68+H*0.02*sin(X/W*14+T*2.5))"
glow="exp(-ld(0)*5)"
mirror="exp(-pow((X-ld(2))/(W*0.07)+sin(Y/6+T*4)*0.35,2))"
# paint <the sun's disc> <the sky> <the sea>
paint() {
  echo "$sun;$sea;if(lt(Y,ld(1)),if(lt(ld(0),0.085),$1,$2),$3)"
}
red=$(paint 255 "40+150*Y/H+140*$glow" "18+144*$mirror")
green=$(paint 214 "24+70*Y/H+90*$glow" "36+96*$mirror")
blue=$(paint 120 "92-10*Y/H+10*$glow" "84+30*$mirror")

# Bit-exact and on one thread: the same ffmpeg draws the same bytes.
ffmpeg -v error -y -f lavfi \
  -i "nullsrc=s=480x270:r=25:d=5,format=rgb24,geq=r='$red':g='$green':b='$blue'" \
  -c:v libx264 -preset veryslow -tune animation -crf 33 -pix_fmt yuv420p -threads 1 \
  -movflags +faststart -fflags +bitexact -flags:v +bitexact -map_metadata -1 sample-video.mp4

{
  echo '// Written by scripts/make-sample-video.sh: sample-video.mp4 in base64.'
  printf "export const SAMPLE_VIDEO_BASE64 =\n  '%s';\n" "$(base64 -w 0 sample-video.mp4)"
} >sample-video.ts
