using System.CommandLine;

namespace Recsys.Server.Commands;

/// <summary>A command whose own help ends with examples, a line each; the list of all commands stays short.</summary>
internal sealed class ExampledCommand(string name, string description, string examples) : Command(name, description)
{
    /// <summary>Lines that work as they stand, given the files that they name.</summary>
    public string Examples => examples;
}
