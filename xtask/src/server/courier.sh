# Courier-IMAP inside a mount namespace that is its own: sh courier.sh FOLDER IMAP_PORT IMAPS_PORT PER_ADDRESS
#
# Runs until it is told to end, or until one of its parts does. What it writes lies below FOLDER.
set -e
folder=$1 imap=$2 imaps=$3 per_address=$4
packages=$folder/packages
lib=$packages/usr/lib
LD_LIBRARY_PATH=$lib:$lib/courier-authlib:$lib/$(uname -m)-linux-gnu:$packages/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH

# As the first process of its namespace it would ignore this otherwise; with it everything here ends.
trap 'exit 0' TERM INT

over() { mkdir -p "$2"; mount --bind "$1" "$2"; }
over "$lib/courier" /usr/lib/courier
over "$lib/courier-authlib" /usr/lib/courier-authlib
over "$folder/etc" /etc/courier
over "$folder/run" /run/courier
# IDLE learns of changes from gamin, which is looked for in libexec among others' programs.
if [ -x "$packages/usr/libexec/gam_server" ] && [ ! -x /usr/libexec/gam_server ]; then
  mkdir -p "$folder/libexec"
  cp -a /usr/libexec/. "$packages/usr/libexec/gam_server" "$folder/libexec/"
  over "$folder/libexec" /usr/libexec
fi

perl "$packages/usr/sbin/makeuserdb"
rm -f "$folder"/run/*.pid* "$folder"/run/authdaemon/pid* "$folder"/run/authdaemon/socket
"$packages/usr/sbin/courierlogger" -pid="$folder/run/authdaemon/pid" -start /usr/lib/courier/courier-authlib/authdaemond
tries=0
until [ -S "$folder/run/authdaemon/socket" ]; do
  tries=$((tries + 1))
  [ $tries -lt 200 ] || { echo "authdaemond made no socket" >&2; exit 1; }
  sleep 0.05
done

set -a
. /etc/courier/imapd-ssl
. /etc/courier/imapd
IMAP_STARTTLS=YES IMAP_TLS=0 IMAP_ENHANCEDIDLE=1 IMAP_IDLE_TIMEOUT=60 IMAP_ACL=1
TLS_CERTFILE=$folder/both.pem TLS_DHPARAMS='' TLS_CACHEFILE='' TLS_TRUSTCERTS='' TLS_PRIORITY=''
COURIERTLS=$packages/usr/bin/couriertls
. /etc/courier/samma.env
set +a

listen() {
  "$packages/usr/sbin/couriertcpd" -address=127.0.0.1 -maxprocs=400 -maxperip="$per_address" -nodnslookup -noidentlookup \
    -user=root -group=root -pid="$folder/run/$1.pid" "$2" $3 /usr/lib/courier/courier/imaplogin "$packages/usr/bin/imapd" Maildir
}
listen imapd "$imap" ''
export IMAP_TLS=1
listen imapds "$imaps" "$packages/usr/bin/couriertls -server -tcpd"

# couriertcpd goes to the background by itself. This must outlive it, as the namespace ends with its first process.
while kill -0 "$(cat "$folder/run/imapd.pid")" && kill -0 "$(cat "$folder/run/imapds.pid")"; do
  sleep 1 &
  wait $!
done
