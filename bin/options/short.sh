# What the launchers of a checkout and of packages ask: whether little is to be read (docs/adr/0046).

# Prints the value of --input.
input_of() {
  while [ $# -gt 0 ]; do
    case $1 in
      --input)
        echo "${2:-}"
        return
        ;;
      --input=*)
        echo "${1#*=}"
        return
        ;;
    esac
    shift
  done
}

is_short() {
  size=$(du -skL -- "$(input_of "$@")" 2>/dev/null)
  size=${size%%[!0-9]*}
  [ -n "$size" ] && [ "$size" -lt 200000 ]
}
