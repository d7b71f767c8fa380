#!/bin/sh
# The image's ffmpeg: Debian's source, security updates included, built to one static file that can do what src/towers/media and its
# callers ask of it and nothing else: no network, no playlists, no subtitles, no encoder but of raw samples and pixels. Without GPL
# parts, so that it is under the LGPL 2.1 or newer.
#
#   build.sh PROGRAMS DOCUMENTS    in a Debian whose apt knows the sources; leaves PROGRAMS/ffmpeg, and its licence and origin
#                                  in DOCUMENTS
set -eu
programs=$1 documents=$2

# H.264 and AAC are in, as nothing else is recorded. HEVC, VC-1, E-AC-3 and WMA Pro are not, as they may take a licence where you are;
# AV1 is not, as its decoder is another library.
demuxers=mov,matroska,avi,mpegts,mpegps,ogg,asf,aac,aiff,caf,amr,au,w64,wv,ape
video=h264,vp8,vp9,mpeg4,mpeg2video,mpeg1video,mjpeg,prores,theora,h263,wmv1,wmv2,msmpeg4v1,msmpeg4v2,msmpeg4v3,rawvideo
sound=aac,aac_latm,alac,mp3,mp3float,mp2,mp2float,ac3,opus,vorbis,flac,wmav1,wmav2,amrnb,amrwb,ape,wavpack,speex
pcm=pcm_s8,pcm_u8,pcm_s16be,pcm_s16le,pcm_s24be,pcm_s24le,pcm_s32be,pcm_s32le,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_alaw,pcm_mulaw
adpcm=adpcm_ima_qt,adpcm_ms,adpcm_ima_wav
parsers=h264,vp8,vp9,mpeg4video,mpegvideo,mjpeg,aac,aac_latm,ac3,mpegaudio,opus,vorbis,flac,h263
# Those that ffmpeg puts in by itself are among the filters: for -t, for another format, for a film that is to be turned.
filters=select,format,scale,trim,null,transpose,hflip,vflip,rotate,aformat,aresample,atrim,anull

cd "$(mktemp -d)"
apt-get source --download-only ffmpeg
dpkg-source --no-check -x ffmpeg_*.dsc source
cd source
./configure --quiet --disable-everything --disable-autodetect --disable-network --disable-doc --disable-debug \
  --disable-ffplay --disable-ffprobe --disable-avdevice --disable-postproc --enable-static --disable-shared \
  --extra-ldflags=-static --enable-protocol=file,pipe --enable-demuxer="$demuxers" \
  --enable-decoder="$video,$sound,$pcm,$adpcm" --enable-parser="$parsers" \
  --enable-bsf=extract_extradata,vp9_superframe_split,aac_adtstoasc --enable-filter="$filters" \
  --enable-encoder=pcm_f32le,ppm --enable-muxer=wav,framecrc,image2pipe
make --quiet -j "$(nproc)" ffmpeg
mkdir -p "$programs" "$documents"
strip -o "$programs/ffmpeg" ffmpeg
cp COPYING.LGPLv2.1 "$documents/"
{
  echo "Built from Debian's source package ffmpeg $(dpkg-parsechangelog --show-field Version), static, with"
  echo "./configure $(sed -n 's/^#define FFMPEG_CONFIGURATION "\(.*\)"$/\1/p' config.h)"
} >"$documents/README.origin"
"$programs/ffmpeg" -hide_banner -version
