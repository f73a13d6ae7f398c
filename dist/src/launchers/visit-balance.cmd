@echo off
rem Runs the program with the Java that came with it or, in a bundle without one, with yours.
rem A folder that is dropped on this file is balanced, and its report is opened.
rem
rem   VISIT_BALANCE_OPTS  additional options for Java, such as -Xmx8g
rem   JAVA_HOME           in a bundle without Java: the Java to use, 17 or newer

rem Folders may have exclamation marks in their names.
setlocal EnableExtensions DisableDelayedExpansion
set "home=%~dp0"
set "options=%home%app\options"
set "status=0"

rem Full paths are what the Explorer gives for what was dropped: one folder or several. It closes the
rem window at the end, so wait until somebody has read it. A command must never wait.
set "first=%~1"
set "how=command"
if not defined first set "how=nothing"
if "%how%"=="command" if "%first:~1,2%"==":\" set "how=dropped"
if "%how%"=="command" if "%first:~0,2%"=="\\" set "how=dropped"

set "java=%home%runtime\bin\java.exe"
if exist "%java%" goto ready
set "java=java.exe"
set "where=on the PATH, and JAVA_HOME is not set"
if not defined JAVA_HOME goto check
set "java=%JAVA_HOME:"=%\bin\java.exe"
set "where=in JAVA_HOME"
:check
"%java%" -XshowSettings:properties -version 2>&1 | findstr /r /c:"java\.specification\.version = 1[789]" /c:"java\.specification\.version = [2-9][0-9]" >nul
if not errorlevel 1 goto ready
echo visit-balance: this bundle needs Java 17 or newer; "%java%" was not found or is older (looked %where%)>&2
set "status=2"
goto last

:ready
if "%how%"=="dropped" goto dropped
set "more="
for %%C in (balance facts generate produce) do if "%first%"=="%%C" set more="@%options%\batch.args"
for %%C in (audit bench-audit) do if "%first%"=="%%C" set more="@%options%\replay.args" "@%options%\batch.args"
for %%C in (demo) do if "%first%"=="%%C" set more="@%options%\demo.args"
for %%C in (serve alerts) do if "%first%"=="%%C" set more="@%options%\service.args"
if not "%first%"=="bench" set more="@%options%\run.args" %more%
"%java%" "@%options%\all.args" -Dvisitbalance.command=visit-balance %more% %VISIT_BALANCE_OPTS% -jar "%home%app\visit-balance.jar" %*
set "status=%errorlevel%"
goto last

:dropped
set "folder=%~1"
if not defined folder goto last
set "place=%folder%\"
if "%folder:~-1%"=="\" set "place=%folder%"
rem After a backslash, Java would take the quotation mark for a part of the name.
if "%folder:~-1%"=="\" set "folder=%folder%."
if exist "%place%" goto folder
echo visit-balance: "%folder%" is not a folder; drop a folder, and first rename one whose name has an ampersand>&2
set "status=2"
shift /1
goto dropped
:folder
echo Balancing "%folder%"
"%java%" "@%options%\all.args" -Dvisitbalance.command=visit-balance "@%options%\run.args" "@%options%\batch.args" "@%options%\short.args" %VISIT_BALANCE_OPTS% -jar "%home%app\visit-balance.jar" balance --input "%folder%" --open
if %errorlevel% gtr %status% set "status=%errorlevel%"
echo.
shift /1
goto dropped

:last
if "%how%"=="command" exit /b %status%
if "%how%"=="dropped" goto wait
rem Without arguments: was this file clicked, or called by its name?
setlocal EnableDelayedExpansion
set "call=!cmdcmdline!"
set "rest=!call:%~nx0=!"
if "!rest!"=="!call!" exit /b %status%
endlocal
:wait
pause
exit /b %status%
