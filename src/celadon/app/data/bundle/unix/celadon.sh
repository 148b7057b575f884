#!/bin/sh
# Starts the celadon that install.sh installed for this user.
# 启动 install.sh 为当前用户安装的 celadon。
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
home="$here/.."
if [ ! -f "$home/current" ]; then
  home="${CELADON_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/celadon}"
fi
if [ ! -f "$home/current" ]; then
  echo 'celadon is not installed here yet: run  sh install.sh  first.' >&2
  echo '尚未安装 celadon：请先运行  sh install.sh' >&2
  exit 2
fi
read -r environment <"$home/current"
exec "$home/$environment/bin/python" -I -m celadon "$@"
