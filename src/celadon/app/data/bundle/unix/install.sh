#!/bin/sh
# Finds the Python that this bundle is for, and lets it install celadon for this user.
# 查找本安装包所需的 Python，并为当前用户安装 celadon。
#
#   sh install.sh              install, or update    安装或更新
#   sh install.sh --remove     remove                卸载
#   CELADON_PYTHON=/path/to/python sh install.sh     name the Python    指定 Python
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
seen=''

for python in "${CELADON_PYTHON:-}" 'python{{python}}' python3 python; do
  [ -n "$python" ] && command -v "$python" >/dev/null 2>&1 || continue
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
  if [ "$version" = '{{python}}' ]; then
    exec "$python" -E -s -B "$here/install.py" "$@"
  fi
  seen="$seen $python=$version"
done

cat "$here/no-python.txt" >&2
echo "Found 已找到:${seen:- -}" >&2
exit 2
