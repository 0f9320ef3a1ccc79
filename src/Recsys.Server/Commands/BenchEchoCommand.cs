using System.CommandLine;
using Recsys.Server.Bench;

namespace Recsys.Server.Commands;

/// <summary>`recsys bench-echo`: the child of `recsys bench` that it's compared with; not for people, so no help lists it.</summary>
internal sealed class BenchEchoCommand
{
    private readonly Option<string> _answers = new("--answers") { Description = "The folder with what to answer.", HelpName = "FOLDER", Required = true };
    private readonly Option<string> _ready = new("--ready-file") { Description = "Where to write the address.", HelpName = "FILE", Required = true };

    /// <summary>Builds the command line's part.</summary>
    public Command Build()
    {
        var command = new Command("bench-echo", "Serve echoes to recsys bench.") { Hidden = true };
        command.Add(_answers);
        command.Add(_ready);
        command.SetAction(async (words, token) =>
        {
            await EchoHost.RunAsync(EchoAnswers.Read(words.GetRequiredValue(_answers)), words.GetRequiredValue(_ready), token);
            return ClientCommand.Success;
        });
        return command;
    }
}
