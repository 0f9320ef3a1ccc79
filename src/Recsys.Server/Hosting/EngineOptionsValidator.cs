using Microsoft.Extensions.Options;
using Recsys.Serving;

namespace Recsys.Server.Hosting;

/// <summary>Checks <see cref="EngineOptions"/> by its attributes.</summary>
[OptionsValidator]
internal sealed partial class EngineOptionsValidator : IValidateOptions<EngineOptions>;
