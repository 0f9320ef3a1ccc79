using System.CommandLine;
using Recsys.Server.Commands;

var root = new RootCommand("Recsys: watch events in, ranked lists out.")
{
    new ServeCommand(),
    new DemoCommand().Build(),
    new ImportCommand().Build(),
    new ReplayCommand().Build(),
    new TrainCommand().Build(),
    new EvaluateCommand().Build(),
    new RecommendCommand().Build(),
    new ModelsCommand().Build(),
    new KeysCommand().Build(),
};

// Commands end by their cancellation token: on SIGTERM and Ctrl+C they get the time that a server needs to settle what it accepted.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(11) });
