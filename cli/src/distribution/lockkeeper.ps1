# Starts an installed Lockkeeper on Windows. What it obeys: LOCKKEEPER_JAVA_HOME, JAVA_HOME, LOCKKEEPER_JAVA_OPTS.
#Requires -Version 5.1
$ErrorActionPreference = 'Stop'

$root = Split-Path -Parent $PSScriptRoot
$jar = Join-Path $root 'lib/lockkeeper.jar'
if (-not (Test-Path -LiteralPath $jar)) {
    [Console]::Error.WriteLine("error[launcher]: there is no $jar")
    [Console]::Error.WriteLine('  = help: unpack the whole archive and start the script in its bin')
    exit 1
}

# The major version of a Java home by its release file; 0 when there is none.
function Get-JavaMajor([string] $javaHome) {
    if (-not $javaHome) { return 0 }
    $release = Join-Path $javaHome 'release'
    if (-not (Test-Path -LiteralPath $release)) { return 0 }
    foreach ($line in Get-Content -LiteralPath $release) {
        if ($line -match '^JAVA_VERSION="(\d+)') { return [int] $Matches[1] }
    }
    return 0
}

$candidates = @()
if ($env:LOCKKEEPER_JAVA_HOME) {
    $candidates += $env:LOCKKEEPER_JAVA_HOME
} else {
    $candidates += $env:JAVA_HOME
    $onPath = Get-Command java -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($onPath) { $candidates += Split-Path -Parent (Split-Path -Parent $onPath.Source) }
}
$javaHome = $candidates | Where-Object { (Get-JavaMajor $_) -ge 17 } | Select-Object -First 1
if (-not $javaHome) {
    [Console]::Error.WriteLine('error[launcher]: no Java 17 or later was found')
    [Console]::Error.WriteLine('  = help: install one, or set LOCKKEEPER_JAVA_HOME to it')
    exit 1
}

$terminals = ''
if (-not [Console]::IsOutputRedirected) { $terminals += '1' }
if (-not [Console]::IsErrorRedirected) { $terminals += '2' }
$options = @('-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dfile.encoding=UTF-8')
if ($env:LOCKKEEPER_JAVA_OPTS) { $options += $env:LOCKKEEPER_JAVA_OPTS -split '\s+' | Where-Object { $_ } }
$options += "-Dlockkeeper.home=$root", "-Dlockkeeper.terminals=$terminals"
$classpath = (Join-Path $root 'lib/*'), (Join-Path $root 'lib/mcp/*') -join [IO.Path]::PathSeparator
& (Join-Path $javaHome 'bin/java') @options -cp $classpath dev.lockkeeper.cli.Main @args
exit $LASTEXITCODE
